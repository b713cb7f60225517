#!/usr/bin/env python3
"""Writes jws.json: JSON Web Signatures, right ones and such as a careless verifier takes.

Made for Signet after the lists of what verifiers have got wrong; nothing of it is copied.  All is
computed by arithmetic.py, without the library that Signet verifies with, from a fixed seed: the same
file each time.  What it calls right, python3-cryptography is asked about, too.

    tests/vectors/make_jws.py          anew
    tests/vectors/make_jws.py --check  whether the file is what this makes
"""
import base64
import hashlib
import json
import pathlib
import random
import sys

from arithmetic import DIGEST_INFO, FIELD, ORDER, P256, P384, Ed25519, Rsa, ed_pair
from make_jws_texts import structure
from second_opinion import confirm

FILE = pathlib.Path(__file__).with_name('jws.json')
RIGHT, WRONG, NO_KEY = 'right', 'token_signature', 'token_unknown_key'


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b'=').decode()


def number(value, octets):
    return b64(value.to_bytes(octets, 'big'))


def signing_input(algorithm, claims=b'{"iss":"https://login.example"}'):
    header = json.dumps({'alg': algorithm, 'kid': 'k'}, separators=(',', ':')).encode()
    return f'{b64(header)}.{b64(claims)}'.encode()


class Group:
    """Cases of one key set."""

    def __init__(self, what, algorithms, *keys):
        self.what, self.algorithms, self.keys, self.cases = what, algorithms, list(keys), []

    def case(self, what, text, signature, outcome=WRONG):
        self.cases.append([what, f'{text.decode()}.{b64(signature)}', outcome])
        if outcome == RIGHT:
            confirm(text, signature, self.keys)


def rsa_jwk(key, **more):
    return {'kty': 'RSA', 'kid': 'k', 'n': number(key.n, key.octets), 'e': number(key.e, 3), **more}


def ec_jwk(curve, point, **more):
    return {'kty': 'EC', 'kid': 'k', 'crv': curve.name, 'x': number(point[0], curve.octets),
            'y': number(point[1], curve.octets), **more}


def ed_jwk(public, **more):
    return {'kty': 'OKP', 'kid': 'k', 'crv': 'Ed25519', 'x': b64(public), **more}


def with_leading_zero(key, pad, algorithm):
    """A text and its signature that begins with a zero octet."""
    for count in range(10_000):
        text = signing_input(algorithm, b'{"n":%d}' % count)
        signature = key.sign(pad(text))
        if signature[0] == 0:
            return text, signature
    raise AssertionError('none begins so')


def rs256(key):
    group = Group('RS256', ['RS256'], rsa_jwk(key))
    text = signing_input('RS256')
    digest = hashlib.sha256(text).digest()
    good = key.sign(key.pkcs1(text))
    value, top = int.from_bytes(good, 'big'), 256 ** key.octets
    group.case('as it should be', text, good, RIGHT)
    for what, signature in {
            'empty': b'', 'one octet short': good[:-1], 'one octet long': good + b'\0',
            'a zero in front': b'\0' + good, 'half': good[:128], 'twice': good * 2,
            'backwards': good[::-1], '0': b'\0' * 256, '1': (1).to_bytes(256, 'big'),
            'the modulus': key.n.to_bytes(256, 'big'),
            'the modulus less one': (key.n - 1).to_bytes(256, 'big'),
            'its negative': (key.n - value).to_bytes(256, 'big')}.items():
        group.case(what, text, signature)
    info = {name: DIGEST_INFO[name] + hashlib.new(name, text).digest() for name in DIGEST_INFO}
    blocks = {
        'SHA-1': key.pkcs1(text, info=info['sha1']),
        'SHA-384': key.pkcs1(text, info=info['sha384']),
        'SHA-512': key.pkcs1(text, info=info['sha512']),
        'SHA-256 that calls itself SHA-384': key.pkcs1(text, info=DIGEST_INFO['sha384'] + digest),
        'the hash alone': key.pkcs1(text, info=digest),
        'no NULL among the parameters': key.pkcs1(
            text, info=bytes.fromhex('302f300b0609608648016503040201') + b'\x04\x20' + digest),
        'a long form of a length': key.pkcs1(
            text, info=bytes.fromhex('308131300d060960864801650304020105000420') + digest),
        'octets behind the hash': key.pkcs1(text, info=info['sha256'] + b'\0' * 8),
        'the hash in front, then rubbish': (
            b'\0\1' + b'\xff' * 8 + b'\0' + info['sha256']).ljust(256, b'\xa5'),
        'padding of the wrong type': key.pkcs1(text).replace(b'\0\1', b'\0\2', 1),
        'padding with a gap': key.pkcs1(text).replace(b'\xff' * 3, b'\xff\0\xff', 1),
        'padding of other octets': key.pkcs1(text).replace(b'\xff' * 3, b'\xfe\xff\xff', 1),
        'no octet between padding and hash': key.pkcs1(text).replace(b'\xff\0', b'\xff\xff', 1),
        'padded for PS256': key.pss(text, b's' * 32)}
    for what, block in blocks.items():
        group.case(what, text, key.sign(block))
    for count in range(10_000):  # one that the modulus can be added to within the length
        other = signing_input('RS256', b'{"n":%d}' % count)
        signed = key.raw(key.pkcs1(other))
        if signed + key.n < top:
            group.case('below the modulus', other, signed.to_bytes(256, 'big'), RIGHT)
            group.case('the same and the modulus', other, (signed + key.n).to_bytes(256, 'big'))
            break
    zeroed, signature = with_leading_zero(key, key.pkcs1, 'RS256')
    group.case('a leading zero', zeroed, signature, RIGHT)
    group.case('a leading zero left out', zeroed, signature[1:])
    return group


def other_hashes(key):
    for bits in (384, 512):
        for family, pad in (('RS', key.pkcs1), ('PS', None)):
            name, hash_name = f'{family}{bits}', f'sha{bits}'
            group, text = Group(name, [name], rsa_jwk(key)), signing_input(name)
            pad = pad or (lambda text, hash_name: key.pss(text, b's' * (len(
                hashlib.new(hash_name).digest())), hash_name))
            group.case('as it should be', text, key.sign(pad(text, hash_name)), RIGHT)
            group.case('SHA-256', text, key.sign(pad(text, 'sha256')))
            group.case('SHA-1', text, key.sign(pad(text, 'sha1')))
            yield group


def ps256(key):
    group, text = Group('PS256', ['PS256'], rsa_jwk(key)), signing_input('PS256')
    good = key.sign(key.pss(text, b's' * 32))
    group.case('as it should be', text, good, RIGHT)
    group.case('one octet short', text, good[:-1])
    group.case('a zero in front', text, b'\0' + good)
    for length in (0, 1, 20, 31, 33, 48, 64, 222):
        group.case(f'a salt of {length}', text, key.sign(key.pss(text, b's' * length)))
    block = key.pss(text, b's' * 32)
    for what, wrong in {
            'SHA-1': key.pss(text, b's' * 20, 'sha1'), 'SHA-384': key.pss(text, b's' * 48, 'sha384'),
            'SHA-1 with a salt of 32': key.pss(text, b's' * 32, 'sha1'),
            'SHA-1 for the mask': key.pss(text, b's' * 32, mask_hash='sha1'),
            'SHA-512 for the mask': key.pss(text, b's' * 32, mask_hash='sha512'),
            'another last octet': key.pss(text, b's' * 32, trailer=b'\xcc'),
            'a zero for the last octet': key.pss(text, b's' * 32, trailer=b'\0'),
            'no one before the salt': bytes(256 - 33 - 32) + block[-65:],
            'another salt under the mask': block[:220] + bytes([block[220] ^ 1]) + block[221:],
            'padded for RS256': key.pkcs1(text)}.items():
        group.case(what, text, key.sign(wrong))
    for count in range(10_000):  # a block above 2^2047 that is below the modulus
        other = signing_input('PS256', b'{"n":%d}' % count)
        high = key.pss(other, b's' * 32, top=0x80)
        if int.from_bytes(high, 'big') < key.n:
            group.case('the highest bit set', other, key.sign(high))
            break
    return group


def ecdsa(curve, algorithm, d, k):
    point, n = curve.times(d, curve.base), curve.n
    group, text = Group(algorithm, [algorithm], ec_jwk(curve, point)), signing_input(algorithm)
    r, s = curve.sign(text, d, k)
    good = curve.pair(r, s)
    group.case('as it should be', text, good, RIGHT)
    group.case('the other s: RFC 7518 asks for neither', text, curve.pair(r, n - s), RIGHT)
    values = {
        'r is 0': (0, s), 's is 0': (r, 0), 'both are 0': (0, 0), 'r is n': (n, s),
        's is n': (r, n), 'both are n': (n, n), 'r is 1 and s is 1': (1, 1), 'r is 1, s is 0': (1, 0),
        'r is 0, s is 1': (0, 1), 'r and s swapped': (s, r), 'r is n less r': (n - r, s),
        'r is p': (curve.p, s), 'all bits set': (256 ** curve.octets - 1,) * 2}
    for what, pair in values.items():
        group.case(what, text, curve.pair(*pair))
    der = der_pair(r, s)
    for what, signature in {
            'DER': der, 'DER, cut to the length': der[:2 * curve.octets], 'empty': b'',
            'r alone': good[:curve.octets], 'one octet short': good[:-1],
            'one octet long': good + b'\0', 'a zero in front': b'\0' + good,
            'a zero before each': b'\0' + good[:curve.octets] + b'\0' + good[curve.octets:],
            'twice': good * 2, 'each little-endian': good[:curve.octets][::-1] +
            good[curve.octets:][::-1]}.items():
        group.case(what, text, signature)
    for hash_name in sorted({'sha1', 'sha256', 'sha384', 'sha512'} - {curve.hash_name}):
        group.case(hash_name, text, curve.pair(*curve.sign(text, d, k, hash_name)))
    while curve.times(k, curve.base)[0] % n >= 256 ** (curve.octets - 1):
        k += 1
    r, s = curve.sign(text, d, k)
    group.case('a leading zero in r', text, curve.pair(r, s), RIGHT)
    group.case('a leading zero in r left out', text, curve.pair(r, s)[1:])
    return group


def small_s(curve, algorithm, k):
    """A key for which s of one text is 5, so that there is room for another n."""
    text = signing_input(algorithm)
    r = curve.times(k, curve.base)[0] % curve.n
    d = (5 * k - curve.digest(text)) * pow(r, -1, curve.n) % curve.n
    group = Group(f'{algorithm}, a small s', [algorithm], ec_jwk(curve, curve.times(d, curve.base)))
    group.case('zeros in front', text, curve.pair(r, 5), RIGHT)
    group.case('zeros in front left out', text, curve.pair(r, 5)[:curve.octets] + b'\5')
    group.case('n more', text, curve.pair(r, 5 + curve.n))
    return group


def infinity(curve, algorithm):
    """A key for which the sum of a pair is the point at infinity, which has no x."""
    text, r = signing_input(algorithm), 7
    d = -curve.digest(text) * pow(r, -1, curve.n) % curve.n
    group = Group(f'{algorithm}, the point at infinity', [algorithm],
                  ec_jwk(curve, curve.times(d, curve.base)))
    for s in (1, 7, curve.n - 1):
        group.case(f's is {s}', text, curve.pair(r, s))
    return group


def der_pair(r, s):
    parts = b''
    for value in (r, s):
        octets = value.to_bytes(value.bit_length() // 8 + 1, 'big')
        parts += bytes([2, len(octets)]) + octets
    return bytes([0x30, len(parts)]) + parts


def eddsa(key):
    group, text = Group('EdDSA', ['EdDSA'], ed_jwk(key.public)), signing_input('EdDSA')
    point, s = key.sign(text)
    good = ed_pair(point, s)
    group.case('as it should be', text, good, RIGHT)
    ph = b'SigEd25519 no Ed25519 collisions\1\0'
    for what, signature in {
            'S and the order': ed_pair(point, s + ORDER),
            'S and twice the order': ed_pair(point, s + 2 * ORDER),
            'S and seven times the order': ed_pair(point, s + 7 * ORDER),
            'S is 0': ed_pair(point, 0), 'S is the order': ed_pair(point, ORDER),
            'S has its highest bit set': ed_pair(point, s | 1 << 255),
            'S backwards': point + s.to_bytes(32, 'big'), 'S first': s.to_bytes(32, 'little') + point,
            'R has another sign': ed_pair(point[:31] + bytes([point[31] ^ 0x80]), s),
            'R is the neutral point': ed_pair(b'\1' + b'\0' * 31, s),
            'R is beyond the field': ed_pair(FIELD.to_bytes(32, 'little'), s),
            'all zeros': bytes(64), 'empty': b'', 'one octet short': good[:-1],
            'one octet long': good + b'\0', 'half': good[:32], 'twice': good * 2,
            'Ed25519ph': ed_pair(*key.sign(hashlib.sha512(text).digest(), ph)),
            'Ed25519ctx': ed_pair(*key.sign(text, b'SigEd25519 no Ed25519 collisions\0\0'))}.items():
        group.case(what, text, signature)
    return group


def weak_points(random):
    """Keys that make everybody's signature right, or none at all."""
    text, neutral = signing_input('EdDSA'), b'\1' + b'\0' * 31
    order_8 = bytes.fromhex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')
    for what, public in {
            'the neutral point': neutral, 'of order 2': (FIELD - 1).to_bytes(32, 'little'),
            'of order 4': bytes(32), 'of order 8': order_8,
            'the neutral point, beyond the field': (FIELD + 1).to_bytes(32, 'little'),
            'not on the curve': b'\2' + bytes(31), 'of 31 octets': bytes(31),
            'of 33 octets': neutral + b'\0'}.items():
        group = Group(f'EdDSA, a key {what}', ['EdDSA'], ed_jwk(public))
        group.case('R is the neutral point and S is 0', text, ed_pair(neutral, 0), NO_KEY)
        yield group
    d = random.randrange(P256.n)
    x, y = P256.times(d, P256.base)
    pair, text = P256.pair(*P256.sign(signing_input('ES256'), d, 3)), signing_input('ES256')
    for what, key in {
            'not on the curve': ec_jwk(P256, (x, y ^ 1)), 'at (0, 0)': ec_jwk(P256, (0, 0)),
            'beyond the field': ec_jwk(P256, (P256.p, y)),
            'of another curve': {**ec_jwk(P256, (x, y)), 'crv': 'P-384'},
            'of a curve in lower case': {**ec_jwk(P256, (x, y)), 'crv': 'p-256'},
            'with a zero in front': {**ec_jwk(P256, (x, y)), 'x': b64(b'\0' + x.to_bytes(32, 'big'))},
            'with its private half': ec_jwk(P256, (x, y), d=number(d, 32)),
            'for encryption': ec_jwk(P256, (x, y), use='enc'),
            'for wrapping': ec_jwk(P256, (x, y), key_ops=['wrapKey']),
            'for another algorithm': ec_jwk(P256, (x, y), alg='ES384')}.items():
        group = Group(f'ES256, a key {what}', ['ES256'], key)
        group.case('signed', text, pair, NO_KEY)
        yield group


def small_rsa(random):
    text = signing_input('RS256')
    for bits, outcome in ((1024, NO_KEY), (2047, NO_KEY), (2049, RIGHT)):
        key = Rsa(bits, random)
        group = Group(f'RS256, a key of {bits} bits', ['RS256'], rsa_jwk(key))
        group.case('signed', text, key.sign(key.pkcs1(text)), outcome)
        yield group
    key = Rsa(2048, random)
    for exponent in (0, 1, 2, 65536):
        group = Group(f'RS256, the exponent {exponent}', ['RS256'], rsa_jwk(key, e=number(exponent, 3)))
        group.case('the block itself', text, key.pkcs1(text), NO_KEY)
        yield group


def confusion(rsa, d):
    """One key set with a key of each kind, all of one name, and every algorithm allowed."""
    point = P256.times(d, P256.base)
    keys = [rsa_jwk(rsa, alg='RS256'), ec_jwk(P256, point, alg='ES256')]
    group = Group('two keys of one name', ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'], *keys)
    text = signing_input('RS256')
    group.case('each finds its own: RSA', text, rsa.sign(rsa.pkcs1(text)), RIGHT)
    text = signing_input('ES256')
    group.case('each finds its own: EC', text, P256.pair(*P256.sign(text, d, 11)), RIGHT)
    text = signing_input('PS256')
    group.case('PS256 by a key for RS256', text, rsa.sign(rsa.pss(text, b's' * 32)), NO_KEY)
    text = signing_input('ES384')
    group.case('ES384 by a key of P-256', text, P256.pair(*P256.sign(text, d, 11, 'sha384')), NO_KEY)
    group.case('EdDSA by a key of P-256', signing_input('EdDSA'), bytes(64), NO_KEY)
    text = signing_input('ES256')
    group.case('ES256 with the signature of RS256', text, rsa.sign(rsa.pkcs1(text)))
    text = signing_input('RS256')
    group.case('RS256 with the signature of ES256', text, P256.pair(*P256.sign(text, d, 11)))
    return group


def make():
    chance = random.Random('signet: jws.json')
    key, other = Rsa(2048, chance), Rsa(2048, chance)
    d, k = chance.randrange(P256.n), chance.randrange(P256.n)
    groups = [rs256(key), *other_hashes(key), ps256(key), ecdsa(P256, 'ES256', d, k),
              ecdsa(P384, 'ES384', chance.randrange(P384.n), chance.randrange(P384.n)),
              small_s(P256, 'ES256', k), small_s(P384, 'ES384', k), infinity(P256, 'ES256'),
              infinity(P384, 'ES384'), eddsa(Ed25519(chance.randbytes(32))), *weak_points(chance),
              *small_rsa(chance), confusion(other, d)]
    text_group = Group('texts', ['ES256'], ec_jwk(P256, P256.times(d, P256.base)))
    text_group.cases = structure(lambda text: P256.pair(*P256.sign(text, d, k)), b64)
    return [*groups, text_group]


def main():
    groups = make()
    text = json.dumps({
        'origin': 'Made for Signet by tests/vectors/make_jws.py, which says how; of no other project.',
        'groups': [{'what': one.what, 'algorithms': one.algorithms, 'keys': one.keys,
                    'cases': one.cases} for one in groups]}, indent=1) + '\n'
    if '--check' in sys.argv:
        sys.exit(0 if text == FILE.read_text() else 'jws.json is not what make_jws.py makes')
    FILE.write_text(text)
    print(f'{sum(len(one.cases) for one in groups)} cases in {len(groups)} groups')


if __name__ == '__main__':
    main()

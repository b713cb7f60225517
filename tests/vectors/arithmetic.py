"""Signatures by the arithmetic of their standards, in Python's own integers and with no library.

It is slow, it leaks its keys through time, and it signs whatever it is told to, right or wrong: for
make_jws.py, which needs signatures that no library would make.
"""
import hashlib

# ---- RSA (RFC 8017) -------------------------------------------------------------------------------

# DER of DigestInfo before the hash (§9.2, note 1).
DIGEST_INFO = {
    'sha1': bytes.fromhex('3021300906052b0e03021a05000414'),
    'sha256': bytes.fromhex('3031300d060960864801650304020105000420'),
    'sha384': bytes.fromhex('3041300d060960864801650304020205000430'),
    'sha512': bytes.fromhex('3051300d060960864801650304020305000440'),
}


def is_prime(number, random):
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(24):  # Miller and Rabin
        power = pow(random.randrange(2, number - 1), odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def prime(bits, random):
    while True:
        number = random.getrandbits(bits) | 3 << bits - 2 | 1
        if number % 65537 != 1 and is_prime(number, random):
            return number


class Rsa:
    def __init__(self, bits, random):
        p, q = prime(bits - bits // 2, random), prime(bits // 2, random)
        self.n, self.e, self.octets = p * q, 65537, (bits + 7) // 8
        self.d = pow(65537, -1, (p - 1) * (q - 1))

    def raw(self, block):
        """The private operation on a block of the modulus' length."""
        return pow(int.from_bytes(block, 'big'), self.d, self.n)

    def sign(self, block):
        return self.raw(block).to_bytes(self.octets, 'big')

    def pkcs1(self, text, hash_name='sha256', info=None):
        """The padded block of §9.2."""
        info = info or DIGEST_INFO[hash_name] + hashlib.new(hash_name, text).digest()
        return b'\0\1' + b'\xff' * (self.octets - 3 - len(info)) + b'\0' + info

    def pss(self, text, salt, hash_name='sha256', mask_hash=None, trailer=b'\xbc', top=0):
        """The padded block of §9.1.1; top: bits set where there must be none."""
        digest = hashlib.new(hash_name, text).digest()
        inner = hashlib.new(hash_name, b'\0' * 8 + digest + salt).digest()
        data = b'\1' + salt
        data = b'\0' * (self.octets - len(inner) - 1 - len(data)) + data
        mask = mgf1(inner, len(data), mask_hash or hash_name)
        masked = bytearray(a ^ b for a, b in zip(data, mask))
        masked[0] = masked[0] & 0x7F | top
        return bytes(masked) + inner + trailer


def mgf1(seed, length, hash_name):
    out, counter = b'', 0
    while len(out) < length:
        out += hashlib.new(hash_name, seed + counter.to_bytes(4, 'big')).digest()
        counter += 1
    return out[:length]


# ---- ECDSA over y² = x³ - 3x + b (FIPS 186-5) -------------------------------------------------------


class Curve:
    def __init__(self, name, octets, p, b, n, base, hash_name):
        self.name, self.octets, self.hash_name = name, octets, hash_name
        self.p, self.b, self.n, self.base = p, b, n, base

    def add(self, one, other):  # None is the point at infinity
        if one is None or other is None:
            return one or other
        (x1, y1), (x2, y2), p = one, other, self.p
        if x1 == x2:
            if (y1 + y2) % p == 0:
                return None
            slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, p)
        x = (slope * slope - x1 - x2) % p
        return x, (slope * (x1 - x) - y1) % p

    def times(self, factor, point):
        total = None
        for bit in bin(factor)[2:]:
            total = self.add(total, total)
            if bit == '1':
                total = self.add(total, point)
        return total

    def digest(self, text, hash_name=None):
        whole = hashlib.new(hash_name or self.hash_name, text).digest()[:self.octets]
        return int.from_bytes(whole, 'big')

    def sign(self, text, d, k, hash_name=None):
        r = self.times(k, self.base)[0] % self.n
        return r, pow(k, -1, self.n) * (self.digest(text, hash_name) + r * d) % self.n

    def pair(self, r, s):
        """As RFC 7518 §3.4 has it."""
        return r.to_bytes(self.octets, 'big') + s.to_bytes(self.octets, 'big')


P256 = Curve(
    'P-256', 32, 2**256 - 2**224 + 2**192 + 2**96 - 1,
    0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b,
    0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551,
    (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5), 'sha256')
P384 = Curve(
    'P-384', 48, 2**384 - 2**128 - 2**96 + 2**32 - 1,
    0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef,
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973,
    (0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7,
     0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f),
    'sha384')

# ---- Ed25519 (RFC 8032 §5.1) -----------------------------------------------------------------------

FIELD, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
EDWARDS_D = -121665 * pow(121666, -1, FIELD) % FIELD


def ed_add(one, other):
    (x1, y1), (x2, y2) = one, other
    product = EDWARDS_D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + product, -1, FIELD) % FIELD,
            (y1 * y2 + x1 * x2) * pow(1 - product, -1, FIELD) % FIELD)


def ed_times(factor, point):
    total = 0, 1
    for bit in bin(factor)[2:]:
        total = ed_add(total, total)
        if bit == '1':
            total = ed_add(total, point)
    return total


def ed_x(y, odd):
    square = (y * y - 1) * pow(EDWARDS_D * y * y + 1, -1, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if x * x % FIELD != square:
        x = x * pow(2, (FIELD - 1) // 4, FIELD) % FIELD
    assert x * x % FIELD == square, 'not on the curve'
    return FIELD - x if x % 2 != odd else x


ED_BASE = ed_x(4 * pow(5, -1, FIELD) % FIELD, 0), 4 * pow(5, -1, FIELD) % FIELD


def ed_encode(point):
    return (point[1] | (point[0] % 2) << 255).to_bytes(32, 'little')


class Ed25519:
    def __init__(self, seed):
        whole = hashlib.sha512(seed).digest()
        self.a = int.from_bytes(whole[:32], 'little') & (1 << 254) - 8 | 1 << 254
        self.prefix = whole[32:]
        self.public = ed_encode(ed_times(self.a, ED_BASE))

    def sign(self, text, dom=b''):
        """R and S; dom: what Ed25519ctx and Ed25519ph put in front (§5.1, §2)."""
        r = int.from_bytes(hashlib.sha512(dom + self.prefix + text).digest(), 'little') % ORDER
        point = ed_encode(ed_times(r, ED_BASE))
        h = int.from_bytes(hashlib.sha512(dom + point + self.public + text).digest(), 'little')
        return point, (r + h * self.a) % ORDER


def ed_pair(point, s):
    return point + s.to_bytes(32, 'little')

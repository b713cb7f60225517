"""Whether python3-cryptography calls a signature right, too."""
import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

HASHES = {'256': hashes.SHA256(), '384': hashes.SHA384(), '512': hashes.SHA512()}
KINDS = {'RS': 'RSA', 'PS': 'RSA', 'ES': 'EC', 'Ed': 'OKP'}
CURVES = {'P-256': ec.SECP256R1(), 'P-384': ec.SECP384R1()}


def octets(text):
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))


def number(text):
    return int.from_bytes(octets(text), 'big')


def confirm(text, signature, keys):
    """Raises InvalidSignature where it is not."""
    algorithm = json.loads(octets(text.split(b'.')[0].decode()))['alg']
    key = next(one for one in keys if one['kty'] == KINDS[algorithm[:2]])
    used = HASHES.get(algorithm[2:])
    if key['kty'] == 'RSA':
        public = rsa.RSAPublicNumbers(number(key['e']), number(key['n'])).public_key()
        pad = (padding.PKCS1v15() if algorithm[0] == 'R'
               else padding.PSS(padding.MGF1(used), used.digest_size))
        public.verify(signature, text, pad, used)
    elif key['kty'] == 'EC':
        public = ec.EllipticCurvePublicNumbers(
            number(key['x']), number(key['y']), CURVES[key['crv']]).public_key()
        half = len(signature) // 2
        r, s = (int.from_bytes(part, 'big') for part in (signature[:half], signature[half:]))
        public.verify(utils.encode_dss_signature(r, s), text, ec.ECDSA(used))
    else:
        ed25519.Ed25519PublicKey.from_public_bytes(octets(key['x'])).verify(signature, text)

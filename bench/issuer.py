"""An OpenID provider that is just enough for a server that checks tokens by keys: two pages, and the
tokens that it signs."""
import base64
import functools
import http.server
import json
import random
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'tests/vectors'))
from arithmetic import P256  # noqa: E402  slow, but it signs one token

AUDIENCE = 'mail.bench'


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b'=').decode()


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def __init__(self, pages, *details):
        self.pages = pages
        super().__init__(*details)

    def do_GET(self):
        body = self.pages.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body or b'')))
        self.end_headers()
        self.wfile.write(body or b'')

    def log_message(self, *_):
        pass


class Issuer:
    def __init__(self):
        self.d = random.randrange(P256.n)
        self.point = P256.times(self.d, P256.base)
        pages = {}
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0),
                                                      functools.partial(Pages, pages))
        self.url = f'http://127.0.0.1:{self.server.server_port}'
        x, y = (b64(value.to_bytes(32, 'big')) for value in self.point)
        key = {'kty': 'EC', 'crv': 'P-256', 'x': x, 'y': y, 'kid': 'k', 'alg': 'ES256', 'use': 'sig'}
        pages['/jwks'] = json.dumps({'keys': [key]}).encode()
        pages['/.well-known/openid-configuration'] = json.dumps(
            {'issuer': self.url, 'jwks_uri': self.url + '/jwks'}).encode()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def settings(self):
        return (f'\n[[issuer]]\nname = "bench"\nurl = "{self.url}"\naudience = "{AUDIENCE}"\n'
                'account_claim = "sub"\n')

    def token(self, account, kind='at+jwt'):
        now = int(time.time())
        parts = ({'alg': 'ES256', 'kid': 'k', 'typ': kind},
                 {'iss': self.url, 'aud': AUDIENCE, 'sub': account, 'iat': now, 'exp': now + 86_400})
        text = '.'.join(b64(json.dumps(part).encode()) for part in parts)
        pair = P256.sign(text.encode(), self.d, random.randrange(1, P256.n))
        return text + '.' + b64(P256.pair(*pair))

    def pem(self):
        """The public key, for who takes no key set."""
        head = bytes.fromhex('3059301306072a8648ce3d020106082a8648ce3d03010703420004')
        der = head + b''.join(value.to_bytes(32, 'big') for value in self.point)
        text = base64.b64encode(der).decode()
        lines = [text[at:at + 64] for at in range(0, len(text), 64)]
        return '\n'.join(['-----BEGIN PUBLIC KEY-----', *lines, '-----END PUBLIC KEY-----', ''])

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

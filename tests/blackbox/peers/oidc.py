"""A running OpenID provider (oidc_provider.js), and the tokens it gives."""
import base64
import json
import pathlib
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from conftest import free_port

SCRIPT = pathlib.Path(__file__).with_name("oidc_provider.js")
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def make_keys(*kids, kind="ES256"):
    """Private keys, as JWKs."""
    make = """
        const { generateKeyPairSync } = require('node:crypto');
        const [kind, ...kids] = JSON.parse(process.argv[1]);
        console.log(JSON.stringify(kids.map((kid) => {
          const pair = kind === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
                                        : generateKeyPairSync('rsa', { modulusLength: 2048 });
          return { ...pair.privateKey.export({ format: 'jwk' }), kid, alg: kind, use: 'sig' };
        })));"""
    done = subprocess.run(["node", "-e", make, json.dumps([kind, *kids])], capture_output=True,
                          text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def part(token, index):
    text = token.split(".")[index]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def encoded(value):
    octets = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Provider:
    def __init__(self, log_path, keys, signing="ES256", tls=None):
        """tls: a folder with cert.pem and key.pem for localhost, and the ca.pem of both."""
        self.port = free_port()
        self.url = f"https://localhost:{self.port}" if tls else f"http://127.0.0.1:{self.port}"
        self.tls = tls and {"cert": f"{tls}/cert.pem", "key": f"{tls}/key.pem"}
        self.context = ssl.create_default_context(cafile=f"{tls}/ca.pem") if tls else None
        self.log_path = pathlib.Path(log_path)
        self.keys, self.signing = keys, signing
        self.process = None

    def start(self):
        options = json.dumps({"port": self.port, "keys": self.keys, "signing": self.signing,
                              "tls": self.tls})
        self.process = subprocess.Popen(["node", str(SCRIPT), options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=open(self.log_path, "ab"),
                                        text=True)
        line = self.process.stdout.readline()
        assert line == "ready\n", self.log_path.read_text()
        return self

    def stop(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait(timeout=30)
            self.process.stdout.close()
            self.process = None

    def restart(self, keys):
        """As an issuer with other keys; tokens it keeps itself are forgotten."""
        self.stop()
        self.keys = keys
        return self.start()

    def post(self, path, fields, client=None):
        request = urllib.request.Request(self.url + path, urllib.parse.urlencode(fields).encode())
        if client:
            pair = ":".join(urllib.parse.quote_plus(text) for text in client)
            request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=30, context=self.context) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode() + self.log_path.read_text()) from error
        return json.loads(text) if text else {}

    def ask(self, path, value=None):
        data = None if value is None else json.dumps(value).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + "/test/" + path, data),
                                    timeout=30, context=self.context) as answer:
            return json.loads(answer.read())

    def token(self, resource="urn:signet:smtp", scope="mail.send", client="scanner"):
        """By the client credentials grant."""
        fields = {"grant_type": "client_credentials", "resource": resource, "scope": scope}
        return self.post("/token", fields, (client, client + "-secret"))["access_token"]

    def device_token(self, account, resource="urn:signet:smtp"):
        """By the device flow, which somebody agrees to in a browser."""
        asked = self.post("/device/auth", {"client_id": "phone", "scope": "mail.send",
                                           "resource": resource})
        self.ask("approve", {"user_code": asked["user_code"], "account": account})
        return self.post("/token", {"grant_type": DEVICE_GRANT, "client_id": "phone",
                                    "device_code": asked["device_code"],
                                    "resource": resource})["access_token"]

    def revoke(self, token, client="scanner"):
        self.post("/token/revocation", {"token": token}, (client, client + "-secret"))

    def sign(self, header, claims, kid=None):
        return self.ask("sign", {"header": header, "claims": claims, "kid": kid})["token"]

    def pem(self):
        return self.ask("pem")["pem"]

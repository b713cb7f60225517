"""npm's oidc-provider as the identity provider of a test; token_provider.cjs is its other half."""
import functools
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from conftest import ROOT, free_port

SECRET = "a secret & more"


@functools.cache
def missing():
    if not shutil.which("node"):
        return "node is not there"
    found = subprocess.run(["node", "-e", "require.resolve('oidc-provider')"],
                           capture_output=True, env=_environment())
    return "" if found.returncode == 0 else "oidc-provider is not there: ./dev test fetches it"


def _environment():
    modules = os.environ.get("NODE_PATH", ROOT / "build/node/node_modules")
    return {**os.environ, "NODE_PATH": str(modules)}


class TokenProvider:
    """folder: holds ca.pem, cert.pem and key.pem (peers/certificates.py), and client.pem of a client that
    signs.  life: of tokens, in seconds;
    secret_ends: seconds from now, if it is to end."""

    def __init__(self, folder, life=3600, secret_ends=None):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.life, self.secret_ends = life, secret_ends
        self.process = None
        self.log_path = self.folder / "provider.log"

    def __enter__(self):
        return self.start()

    def start(self):
        settings = {"port": self.port, "cert": str(self.folder / "cert.pem"),
                    "key": str(self.folder / "key.pem"), "life": self.life,
                    "clientCertificate": str(self.folder / "client.pem")}
        if self.secret_ends is not None:
            settings["secretEnds"] = int(time.time()) + self.secret_ends
        path = self.folder / "provider.json"
        path.write_text(json.dumps(settings))
        self.began = self.log_path.stat().st_size if self.log_path.exists() else 0
        log = open(self.log_path, "ab")
        script = pathlib.Path(__file__).with_name("token_provider.cjs")
        self.process = subprocess.Popen(["node", str(script), str(path)], stdout=log, stderr=log,
                                        stdin=subprocess.DEVNULL, env=_environment())
        end = time.monotonic() + 60
        while "ready" not in self._log():
            assert self.process.poll() is None and time.monotonic() < end, self._log()
            time.sleep(0.05)
        return self

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __exit__(self, *_):
        self.stop()

    def _log(self):
        return self.log_path.read_bytes()[self.began:].decode(errors="replace")

    def answers(self):
        """The status of each request to the token endpoint, since the start."""
        return [json.loads(line)["status"] for line in self._log().splitlines()
                if line.startswith("{")]

    def url(self, path):
        return f"https://localhost:{self.port}{path}"

    @property
    def ca(self):
        return self.folder / "ca.pem"

    def approve(self, user_code, account, deny=False):
        """What a person does with a browser."""
        query = {"user_code": user_code, "as": account} | ({"deny": "yes"} if deny else {})
        context = ssl.create_default_context(cafile=str(self.ca))
        with urllib.request.urlopen(self.url("/test/approve?" + urllib.parse.urlencode(query)),
                                    context=context, timeout=20) as answer:
            assert answer.status == 204

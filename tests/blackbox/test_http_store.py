"""Accounts that a service of the site's own knows, asked over HTTPS (docs/reference/http-store.md)."""
import http.server
import json
import ssl
import threading

import pytest

from test_stores import StoreServer, until
from wire import plain

TOKEN = "s3cret-of-signet"
PEOPLE = {"ann@example.com": ("ann's long password", "ann"), "off@example.com": ("off's", "off")}


class Service:
    """Answers as the page says; `broken` says how it does not."""

    def __init__(self, certificate, key):
        self.broken, self.asked = None, []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append((dict(self.headers), question))
                status, body = service.answer(self.headers, question)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "https://127.0.0.1/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, headers, question):
        if self.broken:
            return self.broken
        if headers["Authorization"] != "Bearer " + TOKEN:
            return 401, b"{}"
        found = PEOPLE.get(question["login"].lower())
        if not found:
            return 200, b'{"answer":"refused","reason":"unknown_account"}'
        password, account = found
        if question["question"] == "check" and question["password"] != password:
            said = {"answer": "refused", "reason": "bad_password", "account": account}
        elif account == "off":
            said = {"answer": "refused", "reason": "account_disabled", "account": account}
        else:
            said = {"answer": "granted", "account": account, "addresses": ["ann@example.com"],
                    "recipients": ["example.net"]}
        return 200, json.dumps(said).encode()


def http_store(service, ca, token):
    return (f'[[store]]\nname = "staff"\nkind = "http"\ndomains = ["example.com"]\n'
            f'http = {{ url = "https://localhost:{service.port}/check", ca = "{ca}", '
            f'bearer = {{ file = "{token}" }}, private_addresses = true }}\n')


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("http-store")
    server = StoreServer(folder / "dev", "")
    token = folder / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    service = Service(server.dir / "certificate.pem", server.dir / "key.pem")
    config = folder / "dev.toml"
    config.write_text(config.read_text() + http_store(service, server.ca, token))
    server.service = service
    server.start()
    yield server
    assert server.stop() == 0, server.log()
    service.server.shutdown()


def test_who_the_service_knows_may_send_as_it_says(site):
    with site.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain("Ann@example.com", "ann's long password")).startswith(b"235")
        assert wire.say("MAIL FROM:<bob@example.com>").startswith(b"5")
        assert wire.say("MAIL FROM:<ann@example.com>").startswith(b"250")
        assert wire.say("RCPT TO:<x@elsewhere.example>").startswith(b"5")
        assert wire.say("RCPT TO:<x@example.net>").startswith(b"250")
    headers, question = site.service.asked[-1]
    assert question["login"] == "Ann@example.com" and question["mechanism"] == "PLAIN"
    assert question["client"] == "127.0.0.1" and question["tls"] == "TLSv1.3"
    assert TOKEN not in site.log() and "ann's long password" not in site.log()


def test_its_refusals_are_told_alike_and_audited_truly(site):
    for login, password, reason in [("ann@example.com", "wrong", "bad_password"),
                                    ("nobody@example.com", "x", "unknown_account"),
                                    ("off@example.com", "off's", "account_disabled")]:
        before = len(site.reasons())
        assert site.code(login, password) == 535, login
        until(lambda: site.reasons()[before:] == [reason])


@pytest.mark.parametrize("broken", [
    (500, b"{}"), (302, b""), (401, b"{}"), (200, b"granted"), (200, b'{"answer":"maybe"}'),
    (200, b'{"answer":"granted"}'), (200, b'{"answer":"granted","account":"a b"}'),
    (200, b"x" * 70_000)], ids=lambda b: f"{b[0]}-{len(b[1])}")
def test_what_is_no_answer_is_454_and_not_a_wrong_password(site, broken):
    site.service.broken = broken
    try:
        assert site.code("ann@example.com", "ann's long password") == 454
        assert site.code(site.user, site.password) == 235  # the database goes on
    finally:
        site.service.broken = None
    until(lambda: site.code("ann@example.com", "ann's long password") == 235)


def test_signet_store_test_says_what_came(site):
    code, said = site.tried("staff", "ann@example.com", "ann's long password")
    assert code == 0, said
    assert "granted" in said and "ann@example.com" in said
    code, said = site.tried("staff", "ann@example.com", "wrong")
    assert code != 0 and "bad_password" in said

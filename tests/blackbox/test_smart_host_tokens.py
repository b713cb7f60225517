"""The release binary signs in at smart hosts with access tokens: npm's oidc-provider gives them out,
Dovecot's submission server takes them, and printers know nothing of it.

No tenant of Microsoft 365 was at hand; what is particular to it is tested by a scripted next hop that
answers as its documentation says.
"""
import base64
import datetime
import json
import re
import smtplib
import ssl
import subprocess
import threading
import time

import pytest

import hostile_peers as hostile
from peers import certificates, submission_dovecot, token_provider
from relay_site import RelayServer, smart_host

USER = "scanner@example.test"
PROVIDER_MISSING = token_provider.missing()
DOVECOT_MISSING = submission_dovecot.DovecotSubmission.missing()
pytestmark = pytest.mark.skipif(bool(PROVIDER_MISSING), reason=PROVIDER_MISSING)
with_dovecot = pytest.mark.skipif(bool(DOVECOT_MISSING), reason=DOVECOT_MISSING)


def token_route(name, port, provider, secret=None, client="opaque", mechanisms=None, person=False,
                extra="", user=USER):
    """A [[route]] that signs in by tokens.  secret: the file of the client's."""
    text = smart_host(name, port, "verified", provider.ca, mechanisms=mechanisms)
    lines = [f'auth.user = "{user}"', f'auth.oauth.token_url = "{provider.url("/token")}"',
             f'auth.oauth.client_id = "{client}"', f'auth.oauth.ca = "{provider.ca}"',
             'auth.oauth.private_addresses = true']
    if secret:
        lines.append(f'auth.oauth.client_secret.file = "{secret}"')
    if person:
        lines += ['auth.oauth.grant = "refresh_token"',
                  f'auth.oauth.device_url = "{provider.url("/device/auth")}"',
                  'auth.oauth.scope = "openid offline_access"']
    else:
        lines.append('auth.oauth.scope = "mail"')
    return text + "\n".join(lines) + "\n" + extra


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("tokens")
    authority = certificates.Authority(path)
    authority.issue("cert")
    authority.issue("client", ["signet"], days=20, kind="rsa")
    return path


@pytest.fixture
def provider(folder):
    with token_provider.TokenProvider(folder) as started:
        yield started


@pytest.fixture
def relay(tmp_path):
    server = RelayServer(tmp_path / "run")
    yield server
    if server.process:
        assert server.stop() == 0, server.log()
    assert token_provider.SECRET not in server.log() + json.dumps(server.audit())


def secret_of(server, text=token_provider.SECRET):
    return server.secret_file("client-secret", text)


def run(server, *arguments, **options):
    """A command against the server that `serve` started."""
    return subprocess.run([str(server.binary), *map(str, arguments), "--config",
                           str(server.dir / "relay.toml")],
                          capture_output=True, text=True, timeout=60, **options)


def metric(server, name):
    return server.metrics()[name]


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


# ---- Dovecot and oidc-provider

@with_dovecot
def test_dovecot_takes_the_tokens_by_both_mechanisms_and_one_serves_all(folder, provider, relay):
    with submission_dovecot.DovecotSubmission(folder, provider) as dovecot:
        secret = secret_of(relay)
        relay.serve(token_route("best", dovecot.port, provider, secret)
                    + token_route("older", dovecot.port, provider, secret,
                                  mechanisms=["XOAUTH2"])
                    + token_route("long", dovecot.port, provider, secret, client="long")
                    + token_route("long-older", dovecot.port, provider, secret, client="long",
                                  mechanisms=["XOAUTH2"]))
        for name, mechanism in (("best", "OAUTHBEARER"), ("older", "XOAUTH2"),
                                ("long", "OAUTHBEARER"), ("long-older", "XOAUTH2")):
            relay.send([f"bob@{name}.test"], name)
            event = relay.outcome(f"bob@{name}.test")
            assert (event["event"], event["mechanism"]) == ("message.delivered", mechanism)
        assert dovecot.sign_ins == [(USER, "OAUTHBEARER"), (USER, "XOAUTH2")] * 2
        relay.send(["bob@best.test"], "again")
        wait_until(lambda: len(dovecot.sink.kept) == 5)
        assert provider.answers() == [200] * 4, "one token for each route, whatever it carries"
        assert metric(relay, 'signet_route_tokens_total{route="best",result="ok"}') == 1
        assert metric(relay, 'signet_route_tokens_failing{route="best"}') == 0
        [issued] = [event for event in relay.audit()
                    if event["event"] == "token.issued" and event["target"]["name"] == "best"]
        assert issued["outcome"] == "success"


@with_dovecot
def test_a_certificate_takes_the_place_of_the_secret(folder, provider, relay):
    signing = (f'auth.oauth.client_certificate = "{folder / "client.pem"}"\n'
               f'auth.oauth.client_key = "{folder / "client-key.pem"}"\n')
    with submission_dovecot.DovecotSubmission(folder, provider) as dovecot:
        relay.serve(token_route("signing", dovecot.port, provider, client="signing", extra=signing))
        relay.send(["bob@signing.test"], "signed")
        event = relay.outcome("bob@signing.test")
        assert event["event"] == "message.delivered", event["detail"]
        assert provider.answers() == [200]
        # When the certificate ends nobody has to write down.
        event = relay.wait_for_event(lambda found: found["event"] == "secret.expiring")
        assert re.search(r"the client certificate of route signing ends in (19|20) days",
                         event["detail"])


@with_dovecot
def test_a_printer_that_only_speaks_login_sends_through_oauth(folder, provider, relay):
    with submission_dovecot.DovecotSubmission(folder, provider) as dovecot:
        relay.serve(token_route("m365", dovecot.port, provider, secret_of(relay)))
        added = run(relay, "account", "add", "scanner", "--address", USER, "--password-stdin",
                    input="printed on the device\n")
        assert added.returncode == 0, added.stderr
        scan = subprocess.run(
            ["swaks", "--server", "127.0.0.1", "--port", str(relay.submission_port), "--tls",
             "--auth", "LOGIN", "--auth-user", "scanner", "--auth-password",
             "printed on the device", "--from", USER, "--to", "office@m365.test", "--helo",
             "printer", "--h-Subject", "Scan 0001", "--body", "one page"],
            capture_output=True, text=True, timeout=60)
        assert scan.returncode == 0, scan.stdout
        event = relay.outcome("office@m365.test")
        assert (event["event"], event["mechanism"]) == ("message.delivered", "OAUTHBEARER")
        wait_until(lambda: dovecot.sink.kept)
        [(sender, recipients, message)] = dovecot.sink.kept
        assert (sender, recipients, message["Subject"]) == (USER, ["office@m365.test"], "Scan 0001")
        # The device's account is good for its own address alone.
        other = subprocess.run(
            ["swaks", "--server", "127.0.0.1", "--port", str(relay.submission_port), "--tls",
             "--auth", "LOGIN", "--auth-user", "scanner", "--auth-password",
             "printed on the device", "--from", "boss@example.test", "--to", "office@m365.test"],
            capture_output=True, text=True, timeout=60)
        assert other.returncode != 0 and "5.7.1" in other.stdout


@with_dovecot
def test_sixteen_messages_at_once_ask_for_one_token(folder, provider, relay):
    with submission_dovecot.DovecotSubmission(folder, provider) as dovecot:
        relay.serve(token_route("many", dovecot.port, provider, secret_of(relay)))
        threads = [threading.Thread(target=relay.send,
                                    args=([f"bob{number}@many.test"], str(number)))
                   for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_until(lambda: len(dovecot.sink.kept) == 16)
        assert provider.answers() == [200]


@with_dovecot
def test_tokens_are_renewed_while_mail_flows(folder, relay):
    with token_provider.TokenProvider(folder, life=8) as provider, \
            submission_dovecot.DovecotSubmission(folder, provider) as dovecot:
        relay.serve(token_route("flow", dovecot.port, provider, secret_of(relay)))
        sent = 0
        end = time.monotonic() + 60
        while len(provider.answers()) < 3 and time.monotonic() < end:
            relay.send([f"bob{sent}@flow.test"], str(sent))
            sent += 1
            time.sleep(0.4)
        wait_until(lambda: len(dovecot.sink.kept) == sent)
        assert provider.answers()[:3] == [200, 200, 200]
        kinds = {event["event"] for event in relay.audit() if event["event"].startswith("message.")}
        assert "message.deferred" not in kinds


# ---- what goes wrong

@with_dovecot
def test_mail_waits_while_the_provider_is_down_and_then_goes(folder, provider, relay):
    with submission_dovecot.DovecotSubmission(folder, provider) as dovecot:
        relay.serve(token_route("down", dovecot.port, provider, secret_of(relay)))
        provider.stop()
        relay.send(["bob@down.test"], "waits")
        event = relay.outcome("bob@down.test")
        assert (event["event"], event["reason"]) == ("message.deferred", "auth")
        assert event["smtp"] == {"code": 454, "enhanced": "4.7.0"}
        assert "no access token" in event["detail"] and "Connection refused" in event["detail"]
        failed = relay.wait_for_event(lambda found: found["event"] == "token.failed")
        assert (failed["reason"], failed["severity"]) == ("unavailable", "warning")
        assert metric(relay, 'signet_route_tokens_failing{route="down"}') == 1
        provider.start()
        assert relay.outcome("bob@down.test", "message.delivered", 60)
        wait_until(lambda: dovecot.sink.kept)
        assert metric(relay, 'signet_route_tokens_failing{route="down"}') == 0
        assert not [found for found in relay.audit() if found["event"] == "message.bounced"]


def test_a_secret_that_has_ended_alarms_while_mail_waits(folder, relay):
    with token_provider.TokenProvider(folder, secret_ends=-60) as provider:
        relay.serve(token_route("ended", 9, provider, secret_of(relay)))
        relay.send(["bob@ended.test"], "waits")
        event = relay.outcome("bob@ended.test")
        assert (event["event"], event["reason"]) == ("message.deferred", "auth")
        assert "invalid_client" in event["detail"] and "the secret has ended" in event["detail"]
        failed = relay.wait_for_event(lambda found: found["event"] == "token.failed")
        assert failed["reason"] == "refused"
        assert metric(relay, 'signet_route_tokens_total{route="ended",result="refused"}') >= 1
        assert "a route has no access token; its mail waits" in relay.log()
        tried = run(relay, "route", "test", "ended")
        assert tried.returncode == 3, tried.stderr
        assert "There is no access token: the provider refused with invalid_client" in tried.stdout


def test_a_secret_that_will_end_is_warned_of(folder, provider, relay):
    def ends(days):
        return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()
    secret = secret_of(relay)
    relay.serve(
        token_route("soon", 9, provider, secret, extra=f'auth.oauth.secret_expires = "{ends(9)}"\n')
        + token_route("later", 9, provider, secret,
                      extra=f'auth.oauth.secret_expires = "{ends(90)}"\n'))
    event = relay.wait_for_event(lambda found: found["event"] == "secret.expiring")
    assert event["target"]["name"] == "soon"
    assert re.search(r"ends in (9|10) days", event["detail"])
    assert f"({ends(9)})" in relay.log()
    soon = metric(relay, 'signet_route_secret_not_after_timestamp_seconds{route="soon"}')
    assert abs(soon - time.time() - 9 * 86400) < 2 * 86400
    assert "later" not in json.dumps([found for found in relay.audit()
                                      if found["event"] == "secret.expiring"])


FAILURES = {
    "535 5.7.3 Authentication unsuccessful [AM0PR0]": "the token is not for this service",
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant":
        "Set-CASMailbox",
    "430 4.2.0 STOREDRV; mailbox logon failure": "Add-MailboxPermission",
    "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded": "connections = 3",
    "550 5.7.30 Basic authentication is not supported for Client Submission": "auth.oauth",
}


def as_microsoft(reply):
    """STARTTLS, XOAUTH2, the reason as a challenge, and the reply when that was answered."""
    def script(talk):
        hostile.with_starttls(talk, b"AUTH LOGIN XOAUTH2")
        talk.expect(b"AUTH XOAUTH2 ")
        talk.send(b"334 " + base64.b64encode(b'{"status":"400","schemes":"Bearer"}') + b"\r\n")
        assert talk.line() == b""
        talk.send(reply.encode() + b"\r\n")
        talk.line()
    return script


@pytest.mark.parametrize("reply", FAILURES)
def test_each_reply_of_microsofts_has_a_sentence_and_the_mail_waits(folder, provider, relay, reply):
    with hostile.HostilePeer(as_microsoft(reply), folder) as peer:
        relay.serve(token_route("ms", peer.port, provider, secret_of(relay)))
        relay.send(["bob@ms.test"], "waits")
        event = relay.outcome("bob@ms.test")
        assert (event["event"], event["reason"]) == ("message.deferred", "auth")
        assert event["mechanism"] == "XOAUTH2"
        assert FAILURES[reply] in event["detail"]
        assert peer.senders == []


# ---- a person agrees

def begin_login(server, route="person"):
    """The command, and the code that it shows."""
    command = subprocess.Popen([str(server.binary), "route", "login", route, "--config",
                                str(server.dir / "relay.toml")],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = [command.stderr.readline(), command.stderr.readline()]
    found = re.search(r"enter\s+(\S+)", lines[1])
    assert found, (lines, command.communicate(timeout=30))
    assert lines[0].startswith("Open https://localhost:")
    return command, found.group(1)


def login_file(server):
    [path] = server.dir.rglob("route-logins/person.login")
    return path


@with_dovecot
def test_a_person_agrees_once_and_mail_goes_over_restarts(folder, provider, relay):
    with submission_dovecot.DovecotSubmission(folder, provider) as dovecot:
        relay.serve(token_route("person", dovecot.port, provider, client="device", person=True))
        relay.send(["bob@person.test"], "before")
        event = relay.outcome("bob@person.test")
        assert "nobody has agreed yet: signet route login person" in event["detail"]
        assert event["event"] == "message.deferred"

        command, code = begin_login(relay)
        provider.approve(code, "scanner")
        out, err = command.communicate(timeout=60)
        assert (command.returncode, out) == (0, "person: agreed; the login is kept, sealed\n"), err
        assert relay.outcome("bob@person.test", "message.delivered", 60)
        [login] = [found for found in relay.audit() if found["event"] == "route.login"]
        assert login["target"]["name"] == "person" and login["actor"]["name"]

        kept = login_file(relay)
        assert kept.stat().st_mode & 0o777 == 0o600
        before = kept.read_bytes()
        assert relay.stop() == 0
        relay.start_again()
        relay.send(["carol@person.test"], "after a restart")
        assert relay.outcome("carol@person.test", "message.delivered")
        assert kept.read_bytes() != before, "the provider gives a new refresh token each time"
        wait_until(lambda: len(dovecot.sink.kept) == 2)
        assert [mechanism for _, mechanism in dovecot.sign_ins] == ["OAUTHBEARER"] * 2


def test_a_login_that_is_refused_says_so(folder, provider, relay):
    relay.serve(token_route("person", 9, provider, client="device", person=True)
                + token_route("robot", 9, provider, secret_of(relay)))
    command, code = begin_login(relay)
    provider.approve(code, "scanner", deny=True)
    out, err = command.communicate(timeout=60)
    assert command.returncode == 1 and out == ""
    assert "access_denied" in err
    assert not list(relay.dir.rglob("*.login"))
    robot = run(relay, "route", "login", "robot")
    assert robot.returncode == 7 and 'no auth.oauth with grant = "refresh_token"' in robot.stderr
    assert run(relay, "route", "login", "nothing").returncode == 6


# ---- route test

@with_dovecot
def test_route_test_signs_in_and_shows_what_the_token_says(folder, provider, relay):
    with submission_dovecot.DovecotSubmission(folder, provider) as dovecot:
        secret = secret_of(relay)
        password = relay.secret_file("password", "wrong")
        relay.serve(token_route("opaque", dovecot.port, provider, secret)
                    + token_route("said", dovecot.port, provider, secret, client="application")
                    + smart_host("password", dovecot.port, "verified", provider.ca,
                                 (USER, password)))
        fine = run(relay, "route", "test", "opaque")
        assert fine.returncode == 0, fine.stdout + fine.stderr
        assert f"opaque signs in as {USER} with an access token" in fine.stdout
        assert "It is opaque: nothing can be read in it." in fine.stdout
        assert f"localhost:{dovecot.port}: taken; no message was begun" in fine.stdout

        # Dovecot asks the provider about a token that only its audience may judge, and gets no answer.
        said = run(relay, "route", "test", "said", "--json")
        assert said.returncode == 3, said.stdout
        trial = json.loads(said.stdout)
        assert trial["token"]["audience"] == ["https://outlook.office365.com"]
        assert trial["token"]["roles"] == ["SMTP.SendAsApp"]
        assert trial["token"]["object"] == "object-1" and trial["token"]["tenant"] == "tenant-1"
        assert trial["hosts"][0]["said"].startswith("454 4.7.0")
        shown = run(relay, "route", "test", "said").stdout
        assert "audience  https://outlook.office365.com" in shown and "unverified" in shown

        wrong = run(relay, "route", "test", "password")
        assert wrong.returncode == 3 and "offers no AUTH mechanism that may be used" in wrong.stdout
        assert run(relay, "route", "test", "nothing").returncode == 6
        assert dovecot.sink.kept == []


def test_a_provider_inside_is_not_asked_unless_the_route_says_so(folder, provider, relay):
    route = token_route("inside", 9, provider, secret_of(relay))
    relay.serve(route.replace("auth.oauth.private_addresses = true", ""))
    tried = run(relay, "route", "test", "inside")
    assert tried.returncode == 3
    assert "at addresses of private networks alone" in tried.stdout
    assert provider.answers() == []

"""OAuth tokens of a real provider (the npm package oidc-provider), shown by other people's clients."""
import hashlib
import hmac
import json
import os
import subprocess
import time

import pytest

from oauth_site import Site, add_issuer
from peers import certificates
from peers.oidc import Provider, encoded, make_keys, part
from test_clients import arrived, mark, message
from test_reload import change
from wire import plain, secure

PAUSE = 30  # seconds between two times that an issuer is asked for keys (IssuerKeys::kPause)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("oauth"))
    yield made
    made.stop()


@pytest.fixture
def own_site(tmp_path):
    made = Site(tmp_path)
    yield made
    made.stop()


def curl(site, tmp_path, token):
    subject = mark()
    path = tmp_path / "message.eml"
    path.write_bytes(message(subject))
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--ssl-reqd", "--cacert", site.server.ca,
         f"smtp://localhost:{site.server.submission_port}/client.example",
         "--user", "dev@localhost", "--oauth2-bearer", token, "--mail-from", "dev@localhost",
         "--mail-rcpt", "ann@example.com", "--upload-file", path],
        capture_output=True, text=True, timeout=60)
    return done, subject


@pytest.mark.parametrize("resource", ["urn:signet:smtp", "urn:signet:opaque"])
def test_curl(site, tmp_path, resource):
    token, before = site.provider.token(resource), len(site.attempts())
    done, subject = curl(site, tmp_path, token)
    assert done.returncode == 0, done.stderr
    arrived(site.server, subject)
    event = site.attempt(before)
    assert event["outcome"] == "success" and event["mechanism"] == "OAUTHBEARER"
    assert event["credential"] == {"kind": "token"}
    assert token not in site.server.log()


def test_curl_with_a_token_for_somebody_else(site, tmp_path):
    done, _ = curl(site, tmp_path, site.provider.token("urn:signet:other"))
    assert done.returncode == 67, done.stderr  # login denied


@pytest.mark.parametrize("resource, code", [("urn:signet:smtp", 0), ("urn:signet:other", 1)])
def test_nodemailer(site, resource, code):
    subject = mark()
    script = f"""
      const nodemailer = require('nodemailer');
      const transport = nodemailer.createTransport({{
        host: 'localhost', requireTLS: true, port: {site.server.submission_port},
        auth: {{ type: 'OAuth2', user: 'dev@localhost', accessToken: process.env.MAIL_TOKEN }},
        tls: {{ ca: require('fs').readFileSync(process.env.MAIL_CA) }} }});
      transport.sendMail({{ from: 'dev@localhost', to: 'ann@example.com',
        subject: '{subject}', text: 'Hello.' }})
        .then(info => console.log(info.response))
        .catch(error => {{ console.error(error); process.exit(1); }});
    """
    before = len(site.attempts())
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "MAIL_TOKEN": site.provider.token(resource),
                               "MAIL_CA": str(site.server.ca)})
    assert done.returncode == code, done.stderr
    assert site.attempt(before)["mechanism"] == "XOAUTH2"
    if code == 0:
        arrived(site.server, subject)
    else:
        assert "535" in done.stderr


@pytest.mark.parametrize("mechanism", ["oauthbearer", "xoauth2"])
def test_msmtp(site, tmp_path, mechanism):
    subject = mark()
    path = tmp_path / "token"
    path.write_text(site.provider.device_token("dev@localhost"))
    done = subprocess.run(
        ["msmtp", "--host=localhost", f"--port={site.server.submission_port}", "--tls=on",
         f"--tls-trust-file={site.server.ca}", f"--auth={mechanism}", "--user=dev@localhost",
         f"--passwordeval=cat {path}", "--from=dev@localhost", "ann@example.com"],
        input=message(subject), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    arrived(site.server, subject)


def test_the_offer_names_both(site):
    with secure(site.server) as wire:
        offer = wire.say("EHLO again.example").decode()
        assert "OAUTHBEARER" in offer and "XOAUTH2" in offer


def test_a_token_of_the_device_flow_is_for_whoever_agreed_to_it(site):
    token = site.provider.device_token("eve@localhost")
    assert site.refused(token) == "token_user_mismatch"
    reply, _ = site.sign_in(token, "eve@localhost")
    assert reply.startswith(b"535")  # there is no such account
    reply, _ = site.sign_in(site.provider.device_token("dev@localhost"))
    assert reply.startswith(b"235")


def test_what_the_provider_gives_for_other_uses_is_refused(site):
    assert site.refused(site.provider.token("urn:signet:other")) == "token_audience"
    assert site.refused(site.provider.token(scope="mail.read")) == "token_scope"
    assert site.refused(site.provider.token(client="stranger")) == "token_client"


def test_a_token_ends(site):
    token = site.provider.token("urn:signet:brief")
    time.sleep(max(0, part(token, 1)["exp"] - time.time() + 0.1))
    assert site.refused(token) == "token_expired"


def test_an_opaque_token_that_was_taken_back_ends(site):
    token = site.provider.token("urn:signet:opaque")
    assert site.sign_in(token)[0].startswith(b"235")
    site.provider.revoke(token)
    time.sleep(1.1)  # an answer is remembered for a second here
    assert site.refused(token) == "token_revoked"


def test_forged_tokens(site):
    good = site.provider.token()
    assert site.sign_in(good)[0].startswith(b"235")
    payload = good.split(".")[1]

    unsigned = encoded({"alg": "none", "typ": "at+jwt"}) + "." + payload + "."
    assert site.refused(unsigned) == "token_algorithm"
    for name in ("None", "NONE", "nOnE", ""):
        forged = encoded({"alg": name, "typ": "at+jwt"}) + "." + payload + "."
        assert site.refused(forged) == "token_algorithm"

    head = encoded({"alg": "HS256", "kid": "k1", "typ": "at+jwt"}) + "." + payload
    for secret in (site.provider.pem().encode(), b""):
        code = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        assert site.refused(head + "." + encoded(code)) == "token_algorithm"

    for kid in ("../../../../dev/null", "k1' OR '1'='1", "k1\0", "K1", "http://127.0.0.1/k1"):
        assert site.refused(site.sign(kid=kid)) == "token_unknown_key"
    own = make_keys("k1")[0]
    public = {name: own[name] for name in ("kty", "crv", "x", "y")}
    assert site.refused(site.sign(kid="zz", jwk=public)) == "token_unknown_key"
    assert site.refused(site.sign(crit=["exp"])) == "token_critical"
    assert site.refused(site.sign(typ="JWT")) == "token_type"

    cut, changed = good[:-8], good.split(".")
    changed[1] = encoded({**part(good, 1), "account": "eve@localhost"})
    assert site.refused(".".join(changed), "eve@localhost") == "token_signature"
    assert site.refused(cut) in ("token_signature", "token_malformed")
    twice = encoded(b'{"iss":"%s","iss":"https://x"}' % site.provider.url.encode())
    assert site.refused(".".join([good.split(".")[0], twice, good.split(".")[2]])) == "token_malformed"


@pytest.mark.parametrize("changes, reason", [
    ({"aud": ["https://other.example"]}, "token_audience"),
    ({"aud": ["https://other.example", "smtp.example.com"]}, None),
    ({"aud": [["smtp.example.com"]]}, "token_malformed"),
    ({"iss": "https://evil.example"}, "token_unknown_issuer"),
    ({"exp": None}, "token_malformed"),
    ({"exp": "9999999999"}, "token_malformed"),
    ({"exp": -1}, "token_malformed"),
    ({"nbf": 9999999999}, "token_not_yet_valid"),
    ({"cnf": {"jkt": "x"}}, "token_bound"),
    ({"account": None}, "token_account"),
    ({"account": ["dev@localhost"]}, "token_account"),
])
def test_claims(site, changes, reason):
    token = site.sign(site.claims(**changes))
    if reason is None:
        assert site.sign_in(token)[0].startswith(b"235")
    else:
        assert site.refused(token) == reason


def test_what_the_commands_say(site):
    listed = json.loads(site.server.run("issuer", "list", "--json").stdout)["items"]
    assert [one["name"] for one in listed] == ["login"]
    assert listed[0]["keys"] == 1 and listed[0]["introspection"] == "opaque"

    token = site.provider.token()
    good = site.server.run("issuer", "test", "-", input=f"Bearer {token}\n")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "WRONG" not in good.stdout and token not in good.stdout + good.stderr
    assert good.stdout.endswith("This token signs in as dev@localhost.\n")

    bad = site.server.run("issuer", "test", input=site.provider.token("urn:signet:other"))
    assert bad.returncode == 3
    assert 'WRONG  It is for "https://other.example" (aud), not for "smtp.example.com".' in bad.stdout
    assert "ok     Its signature is right, made with the key \"k1\"." in bad.stdout

    nobody = site.server.run("issuer", "test", "--json", "-",
                             input=site.sign(site.claims(account="eve@localhost")))
    answer = json.loads(nobody.stdout)
    assert nobody.returncode == 3 and answer["report"]["good"] is False
    wrong = [one["sentence"] for one in answer["findings"] if not one["right"]]
    assert wrong == ['The account "eve@localhost" does not exist here.']
    assert site.server.run("issuer", "test", "-", input="").returncode == 2


def test_metrics(site):
    before = site.server.metrics()
    site.sign_in(site.provider.token())
    site.refused(site.provider.token("urn:signet:other"))
    after = site.server.metrics()

    def more(name):
        return after.get(name, 0) - before.get(name, 0)
    series = 'signet_oauth_token_validations_total{{issuer="login",result="{}"}}'
    assert more(series.format("ok")) == 1
    assert more(series.format("token_audience")) == 1
    assert after['signet_oauth_jwks_refresh_timestamp_seconds{issuer="login"}'] > 1.7e9


def test_passwords_are_as_they_were(site):
    with secure(site.server) as wire:
        wrong = wire.say("AUTH PLAIN " + plain(site.server.user, "not this one"))
        assert wrong.startswith(b"535")
        right = wire.say("AUTH PLAIN " + plain(site.server.user, site.server.password))
        assert right.startswith(b"235")


def test_issuer_down_and_back_and_its_keys_rotated(own_site):
    site = own_site
    token = site.provider.token()
    old, new = site.provider.keys[0], make_keys("k2")[0]
    assert site.sign_in(token)[0].startswith(b"235")
    fetched = time.monotonic()

    site.provider.stop()
    assert site.sign_in(token)[0].startswith(b"235")  # its keys are known
    assert site.sign_in("opaque")[0].startswith(b"454 4.7.0")  # and nobody can be asked
    assert site.attempt(2)["reason"] == "backend_error"

    site.provider.restart([new, old])
    fresh = site.provider.token()
    assert part(fresh, 0)["kid"] == "k2"
    end = time.monotonic() + PAUSE + 30
    while not (reply := site.sign_in(fresh)[0]).startswith(b"235"):
        assert reply.startswith((b"535", b"454")) and time.monotonic() < end, reply
        time.sleep(1)
    assert time.monotonic() - fetched < PAUSE + 60
    assert site.sign_in(token)[0].startswith(b"235")  # the old key is there, too


def test_an_issuer_that_was_never_there_makes_nobody_wrong(own_site):
    site = own_site
    token = site.provider.token()
    site.provider.stop()
    # As another issuer, of which nothing is known yet.
    change(site.server, 'name = "login"', 'name = "again"\njwks_url = "%s/jwks"' % site.provider.url)
    site.reload()
    reply, told = site.sign_in(token)
    assert reply.startswith(b"454 4.7.0") and told is None, (reply, told)
    site.server.wait_for_event(lambda e: e["event"] == "issuer.down" and
                               e["target"]["name"] == "again")
    with secure(site.server) as wire:
        assert wire.say("AUTH PLAIN " + plain(site.server.user,
                                              site.server.password)).startswith(b"235")
    listed = json.loads(site.server.run("issuer", "list", "--json").stdout)["items"]
    assert listed[0]["trouble"].endswith(".")
    site.provider.start()
    site.server.wait_for_event(lambda e: e["event"] == "issuer.up", seconds=PAUSE + 30)
    assert site.sign_in(token)[0].startswith(b"235")


def test_a_second_issuer_that_signs_with_rsa(own_site, tmp_path):
    site = own_site
    second = Provider(tmp_path / "second.log", make_keys("r1", kind="RS256"), "RS256").start()
    try:
        add_issuer(site, second)
        token = second.token()
        assert part(token, 0)["alg"] == "RS256"
        assert site.sign_in(token)[0].startswith(b"235")
        assert site.sign_in(site.provider.token())[0].startswith(b"235")
        # Each is trusted with its own name alone.
        forged = site.sign(site.claims(iss=second.url))
        before = len(site.attempts())
        assert site.sign_in(forged)[0].startswith(b"535")
        assert site.attempt(before)["reason"] == "token_unknown_key"
    finally:
        second.stop()


def test_an_issuer_over_tls_is_verified_and_inside_only_if_that_is_meant(own_site, tmp_path):
    site, folder = own_site, tmp_path / "tls"
    folder.mkdir()
    certificates.write(folder, names=("localhost",))
    second = Provider(tmp_path / "second.log", make_keys("k1"), tls=folder).start()

    def trouble():
        listed = json.loads(site.server.run("issuer", "list", "--json").stdout)["items"]
        return next(one for one in listed if one["name"] == "second").get("trouble", "")
    try:
        add_issuer(site, second, "private_addresses = true")
        token = second.token()
        assert site.sign_in(token)[0].startswith(b"454")
        assert "certificate" in trouble()
        change(site.server, "private_addresses = true", f'ca = "{folder}/ca.pem"')
        change(site.server, 'name = "second"', 'name = "second"\njwks_url = "%s/jwks"' % second.url)
        site.reload()
        assert site.sign_in(token)[0].startswith(b"454")
        assert "private" in trouble()
        change(site.server, "ca = ", "private_addresses = true\nca = ")
        change(site.server, 'jwks_url = "%s/jwks"\n' % second.url, "")
        site.reload()
        assert site.sign_in(token)[0].startswith(b"235"), trouble()
    finally:
        second.stop()


def test_settings_that_cannot_be_used_leave_the_old_ones(own_site):
    site = own_site
    change(site.server, "client-secret", "no-such-secret")
    done = site.server.run("reload")
    assert done.returncode != 0 and "no-such-secret" in done.stdout + done.stderr
    assert site.sign_in(site.provider.token())[0].startswith(b"235")
    change(site.server, "no-such-secret", "client-secret")
    change(site.server, site.provider.url, "http://login.example")
    done = site.server.run("reload")
    assert done.returncode == 78 and "E0360" in done.stdout + done.stderr

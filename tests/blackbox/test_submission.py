"""What the server lets through and what it stops, over real sockets (release build)."""
import ssl

import pytest

from wire import Wire, plain, secure, signed_in


def clear(server):
    wire = Wire(server.host, server.submission_port)
    assert wire.reply().startswith(b"220 localhost ESMTP")
    return wire


def test_security_05_nothing_but_starttls_before_tls(signet):
    with clear(signet) as wire:
        ehlo = wire.say("EHLO test.example")
        assert b"STARTTLS" in ehlo and b"AUTH" not in ehlo
        assert wire.say("AUTH LOGIN")[:3] in (b"530", b"538")
        assert wire.say("MAIL FROM:<dev@localhost>").startswith(b"530")
    event = signet.wait_for_event(
        lambda e: e["event"] == "auth.attempt" and e["reason"] == "tls_required")
    assert event["outcome"] == "failure"


def test_security_05_a_password_sent_in_the_clear_is_reported_as_exposed(signet):
    with clear(signet) as wire:
        wire.say("EHLO test.example")
        assert wire.say("AUTH PLAIN " + plain("dev@localhost", "whatever"))[:3] in (b"530", b"538")
    event = signet.wait_for_event(lambda e: e["event"] == "auth.attempt" and e["severity"] == "warning"
                                  and "change it" in e.get("detail", "")
                                  and e.get("account", {}).get("name") == "dev@localhost")
    assert event["mechanism"] == "PLAIN"


@pytest.mark.parametrize("split", [False, True])
def test_security_03_what_stands_behind_starttls_is_never_answered(signet, split):
    with clear(signet) as wire:
        wire.say("EHLO test.example")
        if split:
            wire.send(b"STARTTLS\r\nNO").send(b"OP\r\n")
        else:
            wire.send(b"STARTTLS\r\nNOOP\r\n")
        first = wire.reply()
        assert first.startswith(b"554") or first.startswith(b"220")
        if first.startswith(b"554"):
            assert wire.closed()


def test_security_05_the_session_is_born_again_after_the_handshake(signet):
    with clear(signet) as wire:
        wire.say("EHLO before.example")
        assert wire.say("STARTTLS").startswith(b"220")
        wire.starttls_now(signet.ca)
        assert wire.say("AUTH PLAIN " + plain(signet.user, signet.password)).startswith(b"503")
        ehlo = wire.say("EHLO after.example")
        assert b" PLAIN LOGIN\n" in ehlo and b"STARTTLS" not in ehlo
        assert wire.say("STARTTLS").startswith(b"5")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_of_tls(signet, version):
    with Wire(signet.host, signet.submissions_port) as wire:
        wire.starttls_now(signet.ca, minimum=version, maximum=version)
        assert wire.reply().startswith(b"220")


def test_security_06_a_client_that_wants_to_speak_http_is_refused(signet):
    with Wire(signet.host, signet.submissions_port) as wire:
        with pytest.raises(ssl.SSLError):
            wire.starttls_now(signet.ca, alpn=["http/1.1"])
    with clear(signet) as wire:
        assert wire.say("POST / HTTP/1.1").startswith(b"521")
        assert wire.closed()


def test_security_12_wrong_password_and_unknown_user_hear_the_same(signet):
    answers = set()
    for user in (signet.user, "nobody@localhost"):
        with secure(signet) as wire:
            answers.add(wire.say("AUTH PLAIN " + plain(user, "wrong password")))
    assert answers == {b"535 5.7.8 Authentication credentials invalid"}


def test_security_11_nobody_acts_as_somebody_else(signet):
    with secure(signet) as wire:
        assert wire.say("AUTH PLAIN " + plain(signet.user, signet.password, authzid="root")) \
            .startswith(b"535")
    with secure(signet) as wire:
        assert wire.say("AUTH PLAIN " + plain("", signet.password, authzid=signet.user))[:3] \
            in (b"501", b"535")


def test_security_21_the_sender_must_belong_to_the_login(signet):
    with signed_in(signet) as wire:
        refusal = wire.say("MAIL FROM:<boss@localhost>")
        assert refusal.startswith(b"550 5.7.1") and b"boss@localhost" in refusal
        assert wire.say("MAIL FROM:<DEV@Localhost>").startswith(b"250")
    signet.wait_for_event(lambda e: e["event"] == "message.rejected"
                          and e["message"]["sender"] == "boss@localhost")


def test_login_with_the_user_name_inline_and_the_exact_prompts(signet):
    import base64
    with secure(signet) as wire:
        assert wire.say("AUTH LOGIN") == b"334 " + base64.b64encode(b"Username:")
        assert wire.say(base64.b64encode(signet.user.encode())) == \
            b"334 " + base64.b64encode(b"Password:")
        assert wire.say(base64.b64encode(signet.password.encode())).startswith(b"235")
    with secure(signet) as wire:
        assert wire.say(b"AUTH LOGIN " + base64.b64encode(signet.user.encode())) == \
            b"334 " + base64.b64encode(b"Password:")
        assert wire.say("*").startswith(b"501 5.7.0")
        assert wire.say("AUTH PLAIN " + plain(signet.user, signet.password)).startswith(b"235")
        assert wire.say("AUTH PLAIN " + plain(signet.user, signet.password)).startswith(b"503")


def test_pipelined_commands_are_answered_in_one_write(signet):
    with signed_in(signet) as wire:
        wire.send(b"MAIL FROM:<dev@localhost>\r\nRCPT TO:<a@example.com>\r\n"
                  b"RCPT TO:<b@example.com>\r\nDATA\r\n")
        assert [wire.reply()[:3] for _ in range(4)] == [b"250", b"250", b"250", b"354"]
        wire.send(b"Subject: pipelined\r\n\r\nx\r\n.\r\nNOOP\r\nQUIT\r\n")
        assert wire.reply().startswith(b"250 2.0.0 Queued as ")
        assert wire.reply().startswith(b"250")
        assert wire.reply().startswith(b"221")
        assert wire.closed()


def test_security_26_a_message_that_goes_round_is_stopped(signet):
    with signed_in(signet) as wire:
        wire.say("MAIL FROM:<dev@localhost>")
        wire.say("RCPT TO:<a@example.com>")
        assert wire.say("DATA").startswith(b"354")
        wire.send(b"Received: from a by b\r\n" * 100 + b"\r\nx\r\n.\r\n")
        assert wire.reply().startswith(b"554 5.4.6")


def test_security_19_twenty_thousand_headers_are_refused_in_bounded_memory(signet):
    with signed_in(signet) as wire:
        wire.say("MAIL FROM:<dev@localhost>")
        wire.say("RCPT TO:<a@example.com>")
        wire.say("DATA")
        wire.send(b"".join(b"X-%d: a value of some length\r\n" % n for n in range(20_000)))
        wire.send(b"\r\nx\r\n.\r\n")
        assert wire.reply().startswith(b"552 5.3.4")
        assert wire.say("NOOP").startswith(b"250")


def test_a_message_over_the_size_limit_is_refused_at_mail_already(signet):
    with signed_in(signet) as wire:
        assert b"SIZE 52428800" in wire.say("EHLO test.example")
        assert wire.say("MAIL FROM:<dev@localhost> SIZE=52428801").startswith(b"552 5.3.4")
        assert wire.say("MAIL FROM:<dev@localhost> SIZE=1000").startswith(b"250")


def test_security_23_a_hostile_user_name_stays_one_field_of_one_line(signet):
    name = "m\r\n235 ok\x1b[2J<script> ip=1.2.3.4"
    with secure(signet) as wire:
        assert wire.say("AUTH PLAIN " + plain(name, "password")).startswith(b"5")
    assert "\x1b" not in signet.log() and "\n235 ok" not in signet.log()
    for event in signet.audit():
        assert "\r" not in str(event) and "\x1b" not in str(event)


def test_security_23_no_password_ever_reaches_log_or_audit(signet):
    secret = "a-Secret-that-is-easy-to-find-8841"
    with secure(signet) as wire:
        wire.say("AUTH PLAIN " + plain(signet.user, secret))
    signet.wait_for_event(lambda e: e["event"] == "session.close")
    for haystack in (signet.log(), str(signet.audit())):
        assert secret not in haystack and signet.password not in haystack.split("Stop with")[-1]


def test_security_16_ten_failures_end_the_session(tmp_path):
    from conftest import DevServer, RELEASE
    import subprocess
    server = DevServer(tmp_path / "run").start()
    assert server.stop() == 0
    # The same site with short delays: the count is what is tested here.
    config = server.settings() + '\n[auth]\nfailure_floor = "1ms"\nfailure_step = "1ms"\n'
    copy = tmp_path / "quick.toml"
    copy.write_text(config)
    server.command = [str(RELEASE), "serve", "--config", str(copy)]
    server.start()
    with secure(server) as wire:
        for _ in range(9):
            assert wire.say("AUTH PLAIN " + plain(server.user, "wrong")).startswith(b"535")
        assert wire.say("AUTH PLAIN " + plain(server.user, "wrong")).startswith(b"421 4.7.0")
        assert wire.closed()
    assert server.stop() == 0


def test_sigterm_drains_an_idle_session_is_told_and_a_message_under_way_is_finished(tmp_path):
    from conftest import DevServer
    import signal
    server = DevServer(tmp_path / "run").start()
    idle = signed_in(server)
    busy = signed_in(server)
    busy.say("MAIL FROM:<dev@localhost>")
    busy.say("RCPT TO:<ann@example.com>")
    assert busy.say("DATA").startswith(b"354")
    server.process.send_signal(signal.SIGTERM)
    assert idle.reply().startswith(b"421 4.3.2")
    assert busy.send(b"Subject: drained\r\n\r\nx\r\n.\r\n").reply().startswith(b"250")
    busy.send(b"QUIT\r\n")
    assert server.process.wait(timeout=60) == 0
    server.start()
    server.wait_for_mail(lambda m: b"Subject: drained\n" in m)
    assert server.stop() == 0


def test_a_second_server_on_the_same_ports_is_refused_with_a_sentence(signet, tmp_path):
    import subprocess
    done = subprocess.run([str(signet.binary), "dev", "--dir", str(tmp_path / "other"),
                           "--port-base", str(signet.base)], capture_output=True, timeout=60)
    assert done.returncode == 75, done
    assert f"127.0.0.1:{signet.metrics_port}".encode() in done.stderr

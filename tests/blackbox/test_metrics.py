"""Metrics and health, as Prometheus and an orchestrator see them."""
import concurrent.futures
import http.client
import re
import socket
import subprocess
import time

import pytest

from conftest import RELEASE, ROOT, DevServer
from peers import certificates
from wire import Wire, plain, secure, signed_in

PROMTOOL = ROOT / "build/peers/prometheus/usr/bin/promtool"
OPENMETRICS = "application/openmetrics-text"


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    server = DevServer(tmp_path_factory.mktemp("watched") / "run").start()
    yield server
    assert server.stop() == 0, server.log()


def get(server, path, **headers):
    """Status, fields and body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.metrics_port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, body


def raw(server, octets):
    with socket.create_connection(("127.0.0.1", server.metrics_port), timeout=20) as client:
        client.sendall(octets)
        answer = b""
        while part := client.recv(65536):
            answer += part
    return answer


def send_one(server):
    with signed_in(server) as wire:
        assert wire.say("MAIL FROM:<dev@localhost>").startswith(b"250")
        assert wire.say("RCPT TO:<ann@example.com>").startswith(b"250")
        assert wire.say("DATA").startswith(b"354")
        assert wire.send(b"Subject: m\r\n\r\nm\r\n.\r\n").reply().startswith(b"250")
        assert wire.say("QUIT").startswith(b"221")


def wait_for_series(server, series, wanted, seconds=30):
    end = time.monotonic() + seconds
    while True:
        value = server.metrics().get(series)
        if value is not None and value >= wanted:
            return
        assert time.monotonic() < end, f"{series} is {value}, not {wanted}"
        time.sleep(0.05)


def check_with_promtool(text):
    assert PROMTOOL.exists(), "tools/peers.sh unpacks promtool"
    checked = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True,
                             text=True, timeout=60)
    assert checked.returncode == 0 and not checked.stderr, checked.stderr


def test_every_series_is_there_before_its_first_event(watched):
    series = watched.metrics()
    for name in ('signet_connections_total{listener="submission",result="refused_limit"}',
                 'signet_smtp_commands_total{listener="submissions",verb="BDAT"}',
                 'signet_smtp_replies_total{listener="submission",code="554"}',
                 'signet_tls_handshakes_total{listener="submissions",version="none",'
                 'result="client_alert"}',
                 'signet_auth_attempts_total{service="submissions",mechanism="LOGIN",'
                 'credential="password",outcome="error",reason="backend_error"}',
                 'signet_messages_submitted_total{listener="submission",result="tempfail"}',
                 'signet_delivery_attempts_total{route="mail",result="bounced",cause="local"}',
                 'signet_audit_write_failures_total{sink="file"}',
                 'signet_password_hash_seconds_count{scheme="yescrypt"}'):
        assert series[name] == 0, name
    assert series['signet_accounts{state="active"}'] == 1
    assert series['signet_storage_free_bytes{path="storage"}'] > 1e6
    assert series["process_open_fds"] > 10
    assert abs(series["signet_start_timestamp_seconds"] - time.time()) < 600
    assert series['signet_tls_certificate_not_after_timestamp_seconds{name="localhost",'
                  'source="file"}'] > time.time()
    assert series['signet_tls_certificate_not_before_timestamp_seconds{name="localhost",'
                  'source="file"}'] <= time.time()
    assert series["signet_config_last_reload_success"] == 1


def test_counters_move_with_what_clients_do(watched):
    before = watched.metrics()

    def grown(name):
        return watched.metrics()[name] - before[name]

    send_one(watched)
    with secure(watched) as wire:
        assert wire.say("AUTH PLAIN " + plain(watched.user, "wrong")).startswith(b"535")
        during = watched.metrics()
        assert during['signet_sessions{listener="submissions",state="ready"}'] >= 1
        wire.say("HUNTER2")
        wire.say("QUIT")
    with Wire(watched.host, watched.submission_port) as wire:
        wire.reply()
        wire.say("EHLO me")
        assert wire.say("AUTH PLAIN AGEAYg==")[:3] in (b"530", b"538")
    with Wire(watched.host, watched.submissions_port) as wire:
        wire.send(b"EHLO not-tls\r\n").line()
    attempts = 'signet_auth_attempts_total{service="submissions",mechanism="PLAIN",' \
        'credential="password",outcome="%s",reason="%s"}'
    wait_for_series(watched, attempts % ("failure", "bad_password"),
                    before[attempts % ("failure", "bad_password")] + 1)
    assert grown(attempts % ("success", "ok")) == 1
    for name, least in {
            'signet_connections_total{listener="submissions",result="accepted"}': 3,
            'signet_smtp_commands_total{listener="submissions",verb="AUTH"}': 2,
            'signet_smtp_commands_total{listener="submissions",verb="OTHER"}': 1,
            'signet_smtp_replies_total{listener="submissions",code="535"}': 1,
            'signet_tls_handshakes_total{listener="submissions",version="TLSv1.3",result="ok"}': 2,
            'signet_tls_handshake_seconds_count{listener="submissions"}': 3,
            'signet_auth_cleartext_refused_total{listener="submission"}': 1,
            'signet_messages_submitted_total{listener="submissions",result="accepted"}': 1,
            'signet_message_bytes_count': 1,
            'signet_queue_fsync_seconds_count': 1,
            'signet_password_hash_seconds_count{scheme="argon2id"}': 1,
            'signet_audit_events_total{event="auth.attempt"}': 3}.items():
        assert grown(name) >= least, name
    failed = [name for name in before if name.startswith("signet_tls_handshakes_total")
              and 'version="none"' in name]
    assert sum(grown(name) for name in failed) == 1
    for name in ('signet_delivery_attempts_total{route="mail",result="delivered",cause="ok"}',
                 'signet_delivery_duration_seconds_count{route="mail"}',
                 'signet_delivery_attempt_seconds_count{route="mail",result="delivered"}'):
        wait_for_series(watched, name, before[name] + 1)
    wait_for_series(watched, 'signet_session_duration_seconds_count{listener="submissions"}',
                    before['signet_session_duration_seconds_count{listener="submissions"}'] + 3)
    assert watched.metrics()['signet_sessions{listener="submissions",state="auth"}'] == 0


def test_promtool_is_content_with_a_scrape_under_load(watched):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(send_one, watched) for _ in range(24)]
        while True:
            status, fields, text = get(watched, "/metrics")
            assert status == 200 and fields["Content-Type"].startswith("text/plain; version=0.0.4")
            check_with_promtool(text)
            if all(one.done() for one in sent):
                break
        for one in sent:
            one.result()


def test_openmetrics_for_those_who_ask(watched):
    status, fields, text = get(watched, "/metrics", Accept=OPENMETRICS + ";version=1.0.0")
    assert status == 200 and fields["Content-Type"].startswith(OPENMETRICS)
    assert text.endswith("# EOF\n") and text.count("# EOF") == 1
    assert "# TYPE signet_connections counter\n" in text
    assert "# UNIT signet_message_bytes bytes\n" in text


def test_security_23_no_user_address_or_domain_is_in_a_scrape(watched):
    name = "x9user\r\nsignet_up 1"
    with secure(watched) as wire:
        wire.say("AUTH PLAIN " + plain(name, watched.password))
        wire.say("MAIL FROM:<x9user@x9domain.example>")
        wire.say("X9VERB")
    send_one(watched)
    for accept in ("text/plain", OPENMETRICS):
        text = get(watched, "/metrics", Accept=accept)[2]
        assert not re.search(r"x9|X9|dev@|ann@|example\.com|127\.0\.0\.1", text)
    get(watched, "/x9path")
    assert "x9" not in get(watched, "/metrics")[2]


def test_health_answers(watched):
    assert get(watched, "/livez")[::2] == (200, "alive\n")
    assert get(watched, "/readyz")[::2] == (200, "ready\n")
    status, _, body = get(watched, "/readyz?verbose")
    assert status == 200
    for check in ("listeners", "spool", "accounts", "audit_log", "hash_queue", "certificate",
                  "draining"):
        assert f"[+] {check}: ok\n" in body
    assert get(watched, "/")[0] == 404


@pytest.mark.parametrize("request_octets, status", [
    (b"POST /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", b"405"),
    (b"GET /metrics HTTP/1.1\r\n\r\n", b"400"),
    (b"GET /metrics HTTP/1.1\nHost: localhost\n\n" + b"\r\n\r\n", b"400"),
    (b"GET /metrics HTTP/1.1\r\nHost: rebound.example.com\r\n\r\n", b"421"),
    (b"GET /" + b"a" * 9000, b"431"),
    (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", b"413"),
    (b"\x16\x03\x01\x02\x00\x01\x00" + b"\r\n\r\n", b"400")])
def test_security_06_30_what_is_not_a_plain_question_is_refused(watched, request_octets, status):
    answer = raw(watched, request_octets)
    assert answer.startswith(b"HTTP/1.1 " + status + b" "), answer
    assert b"Access-Control" not in answer and b"Connection: close" in answer


def test_security_18_slow_and_many_scrapers_hold_up_nobody(watched):
    slow = [socket.create_connection(("127.0.0.1", watched.metrics_port)) for _ in range(40)]
    for one in slow[:20]:
        one.sendall(b"GET /met")
    send_one(watched)  # mail goes on
    for one in slow:
        one.close()
    end = time.monotonic() + 20
    while True:
        try:
            if get(watched, "/livez")[0] == 200:
                break
        except (OSError, http.client.HTTPException):
            pass
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_scrape_address_that_is_taken_is_a_start_failure_that_names_it(tmp_path):
    server = DevServer(tmp_path / "run")
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", server.metrics_port))
        holder.listen()
        ended = subprocess.run(server.command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 75
    assert f"metrics: 127.0.0.1:{server.metrics_port}" in ended.stderr, ended.stderr


def test_nothing_is_served_unless_the_settings_say_where(tmp_path):
    server = DevServer(tmp_path / "run").start()
    server.stop()
    text = re.sub(r"\[metrics\]\nbind = .*\n", "", server.config.read_text())
    config = tmp_path / "off.toml"
    config.write_text(text)
    server.command = [str(RELEASE), "serve", "--config", str(config)]
    server.start()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", server.metrics_port), timeout=1)
    server.stop()
    assert "metrics" not in server.log().split("listening")[-1]


def test_a_server_that_drains_is_alive_and_not_ready(tmp_path):
    server = DevServer(tmp_path / "run").start()
    with signed_in(server) as wire:
        wire.say("MAIL FROM:<dev@localhost>")
        wire.say("RCPT TO:<ann@example.com>")
        assert wire.say("DATA").startswith(b"354")  # a session that a drain waits for
        server.process.terminate()
        end = time.monotonic() + 15
        while get(server, "/readyz")[0] == 200:
            assert time.monotonic() < end
            time.sleep(0.02)
        assert get(server, "/readyz")[::2] == (503, "not ready: draining\n")
        assert get(server, "/livez")[0] == 200
        assert get(server, "/metrics")[0] == 200
        assert wire.send(b"Subject: late\r\n\r\nx\r\n.\r\n").reply().startswith(b"250")
    assert server.stop() == 0


def test_a_certificate_that_has_ended_is_not_ready(tmp_path):
    server = DevServer(tmp_path / "run").start()
    server.stop()
    certificates.write(tmp_path, days=-1)
    text = server.config.read_text()
    for was, now in (("certificate.pem", "cert.pem"), ("key.pem", "key.pem")):
        text = text.replace(f"{server.dir}/{was}", f"{tmp_path}/{now}")
    config = tmp_path / "ended.toml"
    config.write_text(text)
    server.command = [str(RELEASE), "serve", "--config", str(config)]
    server.start()
    assert get(server, "/readyz")[::2] == (503, "not ready: certificate\n")
    assert get(server, "/livez")[0] == 200
    server.stop()

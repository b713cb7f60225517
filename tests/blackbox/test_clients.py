"""Other people's clients send through Signet: each is a program its users already have."""
import email.utils
import pathlib
import smtplib
import ssl
import subprocess
import uuid

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NODE = ROOT / "build" / "node"


def message(mark, lines=()):
    body = "\r\n".join(lines) if lines else "Hello."
    return (f"From: dev@localhost\r\nTo: ann@example.com\r\nSubject: {mark}\r\n\r\n{body}\r\n").encode()


def mark():
    return "mark-" + uuid.uuid4().hex


def arrived(server, subject):
    return server.wait_for_mail(lambda m: f"Subject: {subject}\n".encode() in m)


def run(command, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, timeout=60, **options)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done


def context(server):
    return ssl.create_default_context(cafile=str(server.ca))


@pytest.mark.parametrize("door", ["starttls", "implicit"])
def test_curl(signet, tmp_path, door):
    subject = mark()
    path = tmp_path / "message.eml"
    path.write_bytes(message(subject))
    url = (f"smtp://localhost:{signet.submission_port}" if door == "starttls"
           else f"smtps://localhost:{signet.submissions_port}")
    run(["curl", "--silent", "--show-error", "--ssl-reqd", "--cacert", signet.ca, "--url", url,
         "--user", f"{signet.user}:{signet.password}", "--mail-from", "dev@localhost",
         "--mail-rcpt", "ann@example.com", "--upload-file", path])
    arrived(signet, subject)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("door", ["starttls", "implicit"])
def test_swaks(signet, door, mechanism):
    subject = mark()
    tls = (["--port", signet.submission_port, "--tls"] if door == "starttls"
           else ["--port", signet.submissions_port, "--tls-on-connect"])
    run(["swaks", "--server", "localhost", *tls, "--tls-ca-path", signet.ca, "--tls-verify",
         "--auth", mechanism, "--auth-user", signet.user, "--auth-password", signet.password,
         "--from", "dev@localhost", "--to", "ann@example.com", "--header", f"Subject: {subject}"])
    arrived(signet, subject)


@pytest.mark.parametrize("mechanism", ["plain", "login"])
@pytest.mark.parametrize("door", ["starttls", "implicit"])
def test_msmtp(signet, tmp_path, door, mechanism):
    subject = mark()
    port = signet.submission_port if door == "starttls" else signet.submissions_port
    secret = signet.dir / "dev-password"
    run(["msmtp", "--host=localhost", f"--port={port}", "--tls=on",
         f"--tls-starttls={'on' if door == 'starttls' else 'off'}",
         f"--tls-trust-file={signet.ca}", f"--auth={mechanism}", f"--user={signet.user}",
         f"--passwordeval=cat {secret}", "--from=dev@localhost", "--file=/dev/null",
         "ann@example.com"], input=message(subject))
    arrived(signet, subject)


@pytest.mark.parametrize("door", ["starttls", "implicit"])
def test_python_smtplib(signet, door):
    subject = mark()
    if door == "starttls":
        client = smtplib.SMTP("localhost", signet.submission_port, timeout=30)
        client.starttls(context=context(signet))
    else:
        client = smtplib.SMTP_SSL("localhost", signet.submissions_port, timeout=30,
                                  context=context(signet))
    with client:
        client.login(signet.user, signet.password)
        client.sendmail("dev@localhost", ["ann@example.com", "bob@example.com"], message(subject))
    arrived(signet, subject)


@pytest.mark.parametrize("door", ["starttls", "implicit"])
def test_nodemailer(signet, door):
    subject = mark()
    script = f"""
      const nodemailer = require('nodemailer');
      const transport = nodemailer.createTransport({{
        host: 'localhost', secure: {'true' if door == 'implicit' else 'false'}, requireTLS: true,
        port: {signet.submissions_port if door == 'implicit' else signet.submission_port},
        auth: {{ user: process.env.MAIL_USER, pass: process.env.MAIL_PASSWORD }},
        tls: {{ ca: require('fs').readFileSync(process.env.MAIL_CA) }} }});
      transport.sendMail({{ from: 'dev@localhost', to: 'ann@example.com',
        subject: '{subject}', text: 'Hello.' }})
        .then(info => console.log(info.response))
        .catch(error => {{ console.error(error); process.exit(1); }});
    """
    import os
    run(["node", "-e", script], cwd=NODE,
        env={**os.environ, "MAIL_USER": signet.user, "MAIL_PASSWORD": signet.password,
             "MAIL_CA": str(signet.ca)})
    arrived(signet, subject)


def test_openssl_s_client(signet):
    subject = mark()
    import base64
    plain = base64.b64encode(f"\0{signet.user}\0{signet.password}".encode()).decode()
    lines = [f"EHLO test.example", f"AUTH PLAIN {plain}", "MAIL FROM:<dev@localhost>",
             "RCPT TO:<ann@example.com>", "DATA", f"Subject: {subject}", "", "Hello.", ".", "QUIT"]
    # One line at a time, as a person types.
    feed = "; ".join(f"printf '%s\\n' '{line}'; sleep 0.3" for line in lines)
    done = subprocess.run(
        ["sh", "-c", f"(sleep 0.5; {feed}) | openssl s_client -quiet -starttls smtp -crlf -ign_eof "
         f"-verify_return_error -CAfile {signet.ca} -connect localhost:{signet.submission_port}"],
        capture_output=True, timeout=60)
    assert b"Queued as" in done.stdout, (done.stdout, done.stderr)
    arrived(signet, subject)


def test_a_message_arrives_as_it_was_sent_but_for_what_rfc_6409_adds(signet):
    subject = mark()
    lines = ["first", ".", "..two dots", "", "trailing space ", "\tTab", "x" * 900, ".end"]
    with smtplib.SMTP_SSL("localhost", signet.submissions_port, timeout=30,
                          context=context(signet)) as client:
        client.login(signet.user, signet.password)
        client.sendmail("dev@localhost", ["ann@example.com"], message(subject, lines))
    got = arrived(signet, subject)
    header, _, body = got.partition(b"\n\n")
    assert body == ("\n".join(lines) + "\n").encode()
    names = [line.split(b":")[0].lower() for line in header.splitlines()
             if line[:1] not in (b" ", b"\t")]
    assert names.count(b"received") == 1
    assert names.count(b"date") == 1 and names.count(b"message-id") == 1
    assert b"with ESMTPSA" in header.replace(b"\n\t", b" ").replace(b"\n ", b" ")
    assert b"127.0.0.1" not in header  # the client's address stays private by default
    date = [l for l in header.splitlines() if l.lower().startswith(b"date:")][0][5:].decode()
    assert email.utils.parsedate_to_datetime(date.strip()).tzinfo is not None


def test_a_large_message_streams_through(signet):
    subject = mark()
    lines = [f"{n:08d} " + "x" * 60 for n in range(200_000)]  # 14 MB
    with smtplib.SMTP_SSL("localhost", signet.submissions_port, timeout=120,
                          context=context(signet)) as client:
        client.login(signet.user, signet.password)
        client.sendmail("dev@localhost", ["ann@example.com"], message(subject, lines))
    got = arrived(signet, subject)
    assert got.partition(b"\n\n")[2] == ("\n".join(lines) + "\n").encode()

"""The site of `signet dev`, served with routes of a test's own."""
import smtplib
import ssl

from conftest import DevServer, Server

QUEUE = """
[queue]
retry_first = "1s"
retry_max = "5s"
delivery_timeout = "{patience}"
"""


def smart_host(name, port, tls="none", ca=None, auth=None, implicit=False, mechanisms=None):
    """A [[route]] for the domain NAME.test to localhost:port.  auth: (user, password file);
    mechanisms: those that may be used."""
    lines = ["", "[[route]]", f'name = "{name}"', f'match = ["{name}.test"]',
             f'host = "localhost:{port}"', f'tls = "{tls}"']
    if implicit:
        lines.append("implicit_tls = true")
    if ca:
        lines.append(f'ca = "{ca}"')
    if mechanisms:
        lines.append(f"auth.mechanisms = {list(mechanisms)}")
    if auth and mechanisms:
        lines.append(f'auth.user = "{auth[0]}"\nauth.password.file = "{auth[1]}"')
    elif auth:
        lines.append(f'auth = {{ user = "{auth[0]}", password = {{ file = "{auth[1]}" }} }}')
    return "\n".join(lines) + "\n"


class RelayServer(DevServer):
    """Mail for localhost goes into DIR/mail, the rest by the routes."""

    def serve(self, routes, edit=lambda text: text, queue="",
              patience="20s"):
        """routes: text for signet.toml; edit: changes what stands in it already; queue: more
        lines for [queue]; patience: for one step of a next hop's.  Makes the site first, by a run of `signet dev`."""
        self.start()
        assert self.stop() == 0, self.log()
        base = self.config.read_text().split("\n[[route]]")[0]
        here = f'\n[[route]]\nname = "here"\nmatch = ["localhost"]\nmaildir = "{self.dir}/mail"\n'
        config = self.dir / "relay.toml"
        config.write_text(edit(base) + QUEUE.format(patience=patience) + queue + here + routes)
        self.command = [str(self.binary), "serve", "--config", str(config)]
        return self.start_again()

    def start_again(self):
        return Server.start(self, [self.submission_port, self.submissions_port])

    def secret_file(self, name, secret):
        path = self.dir.parent / name
        path.write_text(secret + "\n")
        path.chmod(0o600)
        return path

    def send(self, recipients, subject, body="hello\r\n"):
        message = (f"From: {self.user}\r\nTo: {', '.join(recipients)}\r\n"
                   f"Subject: {subject}\r\n\r\n{body}")
        context = ssl.create_default_context(cafile=str(self.ca))
        with smtplib.SMTP_SSL("localhost", self.submissions_port, context=context,
                              timeout=30) as client:
            client.login(self.user, self.password)
            assert client.sendmail(self.user, recipients, message.encode("latin-1")) == {}

    def outcome(self, recipient, event="message.", seconds=30):
        """The first event about a delivery to this recipient."""
        return self.wait_for_event(
            lambda found: found["event"].startswith(event) and "delivery" in found
            and recipient in found["message"]["recipients"], seconds)

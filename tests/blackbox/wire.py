"""A bare SMTP client: says exactly what a test tells it to, octet by octet if need be."""
import base64
import socket
import ssl


class Wire:
    def __init__(self, host, port, timeout=20):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.buffer = b""

    def starttls_now(self, ca=None, alpn=None, minimum=None, maximum=None):
        context = ssl.create_default_context(cafile=str(ca)) if ca else ssl._create_unverified_context()
        if alpn:
            context.set_alpn_protocols(alpn)
        if minimum:
            context.minimum_version = minimum
        if maximum:
            context.maximum_version = maximum
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        return self

    def send(self, octets):
        self.socket.sendall(octets)
        return self

    def line(self):
        """One line without CRLF; b"" when the connection is closed."""
        while b"\r\n" not in self.buffer:
            try:
                part = self.socket.recv(65536)
            except (ConnectionResetError, ssl.SSLError, BrokenPipeError):
                part = b""
            if not part:
                return b""
            self.buffer += part
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def reply(self):
        """One reply, its lines joined by LF; b"" when the connection is closed."""
        lines = []
        while True:
            line = self.line()
            lines.append(line)
            if line[3:4] != b"-":
                return b"\n".join(lines)

    def say(self, line):
        # In one segment: two would wait for each other (Nagle, and the delayed ACK of the other side).
        return self.send((line.encode() if isinstance(line, str) else line) + b"\r\n").reply()

    def say_b64(self, text):
        return self.say(base64.b64encode(text.encode()).decode())

    def bdat(self, octets, last=False):
        """One chunk (RFC 3030), command and octets in one segment."""
        return self.send(b"BDAT %d%s\r\n" % (len(octets), b" LAST" if last else b"") + octets)

    def closed(self):
        """True if nothing but the end follows."""
        return self.reply() == b""

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def b64decode(reply):
    """What a 334 asks."""
    assert reply.startswith(b"334 "), reply
    return base64.b64decode(reply[4:])


def plain(user, password, authzid=""):
    return base64.b64encode(f"{authzid}\0{user}\0{password}".encode()).decode()


def secure(server):
    """Greeted, inside TLS on the implicit port, EHLO said."""
    wire = Wire(server.host, server.submissions_port).starttls_now(server.ca)
    assert wire.reply().startswith(b"220")
    assert wire.say("EHLO test.example").startswith(b"250")
    return wire


def signed_in(server):
    wire = secure(server)
    assert wire.say("AUTH PLAIN " + plain(server.user, server.password)).startswith(b"235")
    return wire

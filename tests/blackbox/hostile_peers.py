"""Next hops that do what next hops must not: scripted servers for the relay to meet.

A script is a function of one Conversation; it runs in a thread of its own for each connection.

    with HostilePeer(refuse_some({b"bob@peer.test"})) as peer:
        ... route mail to localhost:peer.port ...
        assert peer.messages == [...]

Everything listens on the loopback and ends with the `with` block.
"""
import base64
import socket
import ssl
import struct
import threading
import time

EHLO = b"250-peer.test\r\n250-PIPELINING\r\n250-SIZE 10000000\r\n250-8BITMIME\r\n"


class Gone(Exception):
    """The relay closed the connection."""


class Conversation:
    """One connection, seen from the next hop.  Octets are kept as they came."""

    def __init__(self, connection, peer):
        self.socket = connection
        self.peer = peer
        self.buffer = b""
        self.received = b""  # everything, outside and inside TLS
        self.tls = False

    # ---- octets

    def send(self, octets):
        try:
            self.socket.sendall(octets)
        except OSError as error:
            raise Gone from error

    def read(self):
        try:
            part = self.socket.recv(65536)
        except OSError as error:
            raise Gone from error
        if not part:
            raise Gone
        self.received += part
        self.buffer += part

    def line(self):
        while b"\r\n" not in self.buffer:
            self.read()
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def starttls(self):
        self.socket = self.peer.context.wrap_socket(self.socket, server_side=True)
        self.buffer = b""
        self.tls = True

    def reset(self):
        """RST instead of FIN: whatever is on its way is lost."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        raise Gone

    # ---- pieces of SMTP

    def greet(self):
        self.send(b"220 peer.test ESMTP\r\n")

    def expect(self, verb):
        line = self.line()
        if not line.upper().startswith(verb):
            self.send(b"500 5.5.2 not now\r\n")
            raise Gone
        return line

    def ehlo(self, *more):
        self.expect(b"EHLO")
        keywords = EHLO + b"".join(b"250-" + word + b"\r\n" for word in more)
        self.send(keywords + b"250 ENHANCEDSTATUSCODES\r\n")

    def envelope(self, answer=lambda address: b"250 2.1.5 ok\r\n"):
        """MAIL to DATA; the recipients that were taken."""
        self.peer.senders.append(self.expect(b"MAIL"))
        self.send(b"250 2.1.0 ok\r\n")
        taken = []
        while True:
            line = self.line()
            if line.upper().startswith(b"DATA"):
                break
            address = line[line.index(b"<") + 1:line.rindex(b">")]
            reply = answer(address)
            if reply.startswith(b"2"):
                taken.append(address)
            self.send(reply)
        self.send(b"354 go\r\n" if taken else b"554 5.5.1 nobody\r\n")
        return taken

    def content(self):
        """Up to the final dot, as it came: dots stuffed, line ends untouched."""
        while not (self.buffer.startswith(b".\r\n") or b"\r\n.\r\n" in self.buffer):
            self.read()
        if self.buffer.startswith(b".\r\n"):
            content, self.buffer = b"", self.buffer[3:]
        else:
            content, _, self.buffer = self.buffer.partition(b"\r\n.\r\n")
            content += b"\r\n"
        return content

    def take(self, answer=lambda address: b"250 2.1.5 ok\r\n"):
        """A whole transaction, kept in peer.messages."""
        recipients = self.envelope(answer)
        if recipients:
            self.peer.messages.append((recipients, self.content()))
            self.send(b"250 2.0.0 kept\r\n")
        self.leave()

    def leave(self):
        self.expect(b"QUIT")
        self.send(b"221 2.0.0 bye\r\n")


class HostilePeer:
    def __init__(self, script, certificates=None, implicit_tls=False, address=("127.0.0.1", 0),
                 certificate="cert"):
        """certificates: a folder of peers/certificates.py, and which of those in it."""
        self.script = script
        self.implicit_tls = implicit_tls
        self.context = None
        if certificates:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            key = "key" if certificate == "cert" else f"{certificate}-key"
            self.context.load_cert_chain(certificates / f"{certificate}.pem",
                                         certificates / f"{key}.pem")
        self.messages, self.senders, self.conversations, self.failures = [], [], [], []
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.listener = socket.create_server(address, family=family)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        # A thread in accept() is woken by a shutdown of its socket, not by its end.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(timeout=10)
        for conversation in self.conversations:
            conversation.socket.close()

    @property
    def connections(self):
        return len(self.conversations)

    def received(self):
        """Every octet of every connection."""
        return b"".join(conversation.received for conversation in self.conversations)

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(60)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            conversation = Conversation(connection, self)
            self.conversations.append(conversation)
            threading.Thread(target=self._run, args=(conversation,), daemon=True).start()

    def _run(self, conversation):
        try:
            if self.implicit_tls:
                conversation.starttls()
            self.script(conversation)
        except (Gone, ssl.SSLError, OSError):
            pass
        except Exception as error:  # a fault of the script itself: the test shows it
            self.failures.append(error)
        finally:
            conversation.socket.close()


# ---- scripts: honest ones

def plain(talk):
    """No TLS, no AUTH, everything taken."""
    talk.greet()
    talk.ehlo()
    talk.take()


def offering(*words):
    """The same, with more keywords in its answer to EHLO."""
    def script(talk):
        talk.greet()
        talk.ehlo(*words)
        talk.take()
    return script


def with_starttls(talk, *more):
    """Up to the second EHLO."""
    talk.greet()
    talk.ehlo(b"STARTTLS")
    talk.expect(b"STARTTLS")
    talk.send(b"220 2.0.0 go\r\n")
    talk.starttls()
    talk.ehlo(*more)


def starttls(talk):
    with_starttls(talk)
    talk.take()


def auth(user, password, mechanism=b"PLAIN"):
    """STARTTLS, then AUTH, and nothing without both."""
    def prove_plain(talk):
        line = talk.expect(b"AUTH PLAIN ")
        return base64.b64decode(line.split(b" ")[2]) == b"\0" + user + b"\0" + password

    def prove_login(talk):
        assert talk.expect(b"AUTH LOGIN") == b"AUTH LOGIN"
        talk.send(b"334 VXNlcm5hbWU6\r\n")
        right = base64.b64decode(talk.line()) == user
        talk.send(b"334 UGFzc3dvcmQ6\r\n")
        return (base64.b64decode(talk.line()) == password) and right

    def script(talk):
        with_starttls(talk, b"AUTH " + mechanism)
        if (prove_plain if mechanism == b"PLAIN" else prove_login)(talk):
            talk.send(b"235 2.7.0 welcome\r\n")
            talk.take()
        else:
            talk.send(b"535 5.7.8 no\r\n")
            talk.leave()
    return script


def refuse_some(refused, reply=b"550 5.1.1 no such user\r\n"):
    def script(talk):
        talk.greet()
        talk.ehlo()
        talk.take(lambda address: reply if address in refused else b"250 2.1.5 ok\r\n")
    return script


# ---- scripts: hostile ones

def refused_starttls(talk):
    talk.greet()
    talk.ehlo(b"STARTTLS")
    talk.expect(b"STARTTLS")
    talk.send(b"454 4.7.0 not now\r\n")
    talk.take()


def endless_line(talk):
    talk.send(b"220 ")
    for _ in range(100_000):
        talk.send(b"x" * 1_000)


def split_replies(talk):
    """Honest, octet by octet."""
    whole = talk.send

    def trickle(octets):
        for i in range(len(octets)):
            whole(octets[i:i + 1])
            time.sleep(0.002)
    talk.send = trickle
    plain(talk)


def busy(times=1, reply=b"451 4.7.1 greylisted\r\n"):
    """Temporarily refuses every recipient, that many times."""
    def script(talk):
        talk.greet()
        talk.ehlo()
        again = talk.peer.connections <= times
        talk.take(lambda address: reply if again else b"250 2.1.5 ok\r\n")
    return script


def refuse_content(reply=b"554 5.7.1 not this one\r\n"):
    def script(talk):
        talk.greet()
        talk.ehlo()
        talk.envelope()
        talk.content()
        talk.send(reply)
        talk.leave()
    return script

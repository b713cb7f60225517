#!/usr/bin/env python3
"""Clients that mean harm, for `./dev bench slow`: they hold places, octets and memory.

  attack.py KIND SUBMISSION_PORT SUBMISSIONS_PORT COUNT [PASSWORD]

  silent    connect, hear the greeting, say nothing
  half      send the first octets of a TLS hello
  hello     send a whole hello, and never answer
  commands  a command, an octet every 3 seconds
  auth      the same inside TLS, of an AUTH
  data      the same, of a message's content (signed in)
  huge      COUNT clients that send, one after the other and a second apart: 20,000 fields, 3,000
            nested parts, 10,000 parameters, a line of 4 MB, 6,000 recipients

Each source address on the loopback has at most 45 of them, as if they were many machines; who is
thrown out comes again.  Prints a line when all are there, and ends when standard input does.
"""
import base64
import errno
import resource
import select
import socket
import ssl
import sys
import threading
import time

PER_SOURCE = 45
EVERY = 3.0  # seconds between two octets
USER = 'dev@localhost'


def source(number):
    machine = number // PER_SOURCE
    return f'127.0.{1 + machine // 250}.{1 + machine % 250}'


def whole_hello():
    context = ssl._create_unverified_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname='localhost')
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class Crowd:
    """Plain sockets, one epoll for all of them."""

    def __init__(self, kind, port, count):
        self.kind, self.port, self.count = kind, port, count
        self.first = {'half': b'\x16\x03\x01\x02\x00\x01\x00', 'hello': whole_hello(),
                      'commands': b''}.get(kind, b'')
        self.epoll = select.epoll()
        self.members = {}  # descriptor: (socket, number)
        self.greeted = set()
        self.thrown_out = 0

    def join(self, number):
        one = socket.socket()
        one.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        one.setblocking(False)
        one.bind((source(number), 0))
        code = one.connect_ex(('127.0.0.1', self.port))
        if code not in (0, errno.EINPROGRESS):
            raise OSError(code, 'connect')
        self.members[one.fileno()] = (one, number)
        self.epoll.register(one, select.EPOLLIN | select.EPOLLOUT)

    def serve(self, timeout):
        """Looks after those to whom something happened."""
        for descriptor, events in self.epoll.poll(timeout, 1024):
            one, number = self.members[descriptor]
            try:
                if events & select.EPOLLOUT:  # connected
                    if self.first:
                        one.send(self.first)
                    self.epoll.modify(descriptor, select.EPOLLIN)
                    if self.kind == 'half':
                        self.greeted.add(number)
                if events & select.EPOLLIN:
                    if one.recv(65536):
                        self.greeted.add(number)
                        continue
                    raise ConnectionResetError
                if events & (select.EPOLLERR | select.EPOLLHUP):
                    raise ConnectionResetError
            except OSError:
                self.thrown_out += 1
                del self.members[descriptor]
                one.close()
                self.join(number)

    def gather(self):
        for number in range(self.count):
            self.join(number)
            if number % 64 == 0:
                self.serve(0)
        end = time.monotonic() + 60
        while len(self.greeted) < self.count and time.monotonic() < end:
            self.serve(0.1)
        return len(self.greeted)

    def stay(self, over):
        due = time.monotonic() + EVERY
        while not over.is_set():
            self.serve(0.2)
            if self.kind == 'commands' and time.monotonic() >= due:
                due += EVERY
                for one, _ in list(self.members.values()):
                    try:
                        one.send(b'N')
                    except OSError:
                        pass


def reply(stream):
    while True:
        line = stream.readline()
        if line[3:4] != b'-':
            return line


def secure(number, port, password=None):
    """Greeted inside TLS, and signed in if there is a password."""
    plain = socket.create_connection(('127.0.0.1', port), 60, (source(number), 0))
    inside = ssl._create_unverified_context().wrap_socket(plain, server_hostname='localhost')
    stream = inside.makefile('rwb', buffering=0)
    reply(stream)
    say(stream, b'EHLO attack.example')
    if password:
        token = base64.b64encode(f'\0{USER}\0{password}'.encode())
        assert say(stream, b'AUTH PLAIN ' + token).startswith(b'235')
    return stream


def say(stream, line):
    stream.write(line + b'\r\n')
    return reply(stream)


class Tricklers:
    """Inside TLS: an octet every few seconds."""

    def __init__(self, kind, port, count, password):
        self.kind, self.port, self.count, self.password = kind, port, count, password
        self.streams = []
        self.thrown_out = 0

    def gather(self):
        for number in range(self.count):
            stream = secure(number, self.port, self.password if self.kind == 'data' else None)
            if self.kind == 'data':
                for line in (b'MAIL FROM:<dev@localhost>', b'RCPT TO:<ann@example.com>', b'DATA'):
                    say(stream, line)
            else:
                stream.write(b'AUTH PLAIN ')
            self.streams.append(stream)
        return len(self.streams)

    def stay(self, over):
        while not over.wait(EVERY):
            for stream in self.streams:
                try:
                    stream.write(b'A')
                except OSError:
                    self.thrown_out += 1


def huge_messages():
    nested = b''.join(b'Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n' % (n, n)
                      for n in range(3_000))
    yield b''.join(b'X%d: y\r\n' % n for n in range(20_000)) + b'\r\nx\r\n'
    yield nested
    yield b'Content-Type: text/plain' + b''.join(b';\r\n p%d=1' % n for n in range(10_000)) + \
        b'\r\n\r\nx\r\n'
    yield b'Subject: x\r\n\r\n' + b'y' * 4_000_000 + b'\r\n'


class Huge:
    def __init__(self, port, count, password):
        self.port, self.count, self.password = port, count, password
        self.thrown_out = 0  # messages refused

    def gather(self):
        self.streams = [secure(number * PER_SOURCE, self.port, self.password)
                        for number in range(self.count)]
        return len(self.streams)

    def stay(self, over):
        threads = [threading.Thread(target=self.send, args=(stream, over))
                   for stream in self.streams]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    def send(self, stream, over):
        messages = list(huge_messages())
        while not over.is_set():
            for message in messages:
                self.send_one(stream, [b'RCPT TO:<ann@example.com>'], message)
                if over.wait(1):
                    return
            recipients = [b'RCPT TO:<user%d@example.com>' % n for n in range(6_000)]
            self.send_one(stream, recipients, b'Subject: x\r\n\r\nx\r\n')

    def send_one(self, stream, recipients, message):
        say(stream, b'MAIL FROM:<dev@localhost>')
        for line in recipients:
            say(stream, line)
        if say(stream, b'DATA').startswith(b'354'):
            stream.write(message)
            self.thrown_out += not say(stream, b'.').startswith(b'250')


def main():
    kind, submission, submissions, count = sys.argv[1], *map(int, sys.argv[2:5])
    password = sys.argv[5] if len(sys.argv) > 5 else None
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if kind in ('auth', 'data'):
        crowd = Tricklers(kind, submissions, count, password)
    elif kind == 'huge':
        crowd = Huge(submissions, count, password)
    else:
        crowd = Crowd(kind, submission if kind in ('silent', 'commands') else submissions, count)
    print(crowd.gather(), flush=True)
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    crowd.stay(over)
    print(crowd.thrown_out, flush=True)


if __name__ == '__main__':
    main()

"""Dialogue scripts (see README.md) against a real server.  Standard library only.

    target = Target(host, submission_port, submissions_port, mx_port, ca, user, password)
    for script in load_folder(Path('tests/dialogue')):
        if not script.bare_only:
            run(script, target)          # raises DialogueError with the transcript

From a shell:  dialogue.py --host H --submission P --submissions P --mx P --ca F --user U --password-file F [SCRIPT…]
               dialogue.py --check FOLDER        reads every script and plays none
"""
import argparse
import base64
import re
import socket
import ssl
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

HANG_SECONDS = 60   # guards the test run; nothing is concluded from how long a reply takes
SPLIT_SECONDS = 0.05  # so that the server reads one segment before the next one is sent


class DialogueError(AssertionError):
    """What was wrong, and the dialogue up to there."""


@dataclass
class Target:
    host: str
    submission_port: int
    submissions_port: int
    mx_port: int
    ca: str
    user: str
    password: str
    sender: str = ''       # empty: the user
    recipient: str = ''    # empty: the sender

    def names(self):
        sender = self.sender or self.user
        return {'user': self.user, 'password': self.password, 'sender': sender,
                'recipient': self.recipient or sender}


@dataclass
class Statement:
    kind: str   # send, reply, some_line, no_line, secure, proven, tls, split, closed
    text: str   # of send: with its names, functions and escapes still in it
    line: int
    end: bytes = b''
    times: int = 1


@dataclass
class Script:
    path: Path
    role: str = ''
    bare_only: bool = False
    security: list = field(default_factory=list)
    statements: list = field(default_factory=list)

    @property
    def name(self):
        return self.path.stem


# ---- the format --------------------------------------------------------------------------------

def unescaped(text):
    r"""\r \n \t \0 \\ \xHH, and the octets of the text in UTF-8."""
    letters = {'r': b'\r', 'n': b'\n', 't': b'\t', '0': b'\0', '\\': b'\\'}
    octets, rest = b'', text
    while rest:
        plain, found, rest = rest.partition('\\')
        octets += plain.encode()
        if not found:
            break
        if rest[:1] in letters and rest:
            octets += letters[rest[0]]
            rest = rest[1:]
        elif re.match(r'x[0-9A-Fa-f]{2}', rest):
            octets += bytes.fromhex(rest[1:3])
            rest = rest[3:]
        else:
            raise ValueError(f'unknown escape \\{rest[:1]}')
    return octets


def call(function):
    name, _, rest = function.partition(' ')
    if name == 'base64':
        return base64.b64encode(unescaped(rest))
    count, _, letter = rest.partition(' ')
    if name == 'fill' and count.isdigit() and len(letter) == 1:
        return letter.encode() * int(count)
    raise ValueError(f'unknown function {{{function}}}')


def resolve(text, names):
    for name, value in names.items():
        text = text.replace('{' + name + '}', value)
    octets = b''
    while text:
        plain, found, text = text.partition('{')
        octets += unescaped(plain)
        if found:
            function, closed, text = text.partition('}')
            if not closed:
                raise ValueError('{ without }')
            octets += call(function)
    return octets


class Reader:
    WORDS = ('secure', 'proven', 'tls', 'split', 'closed')
    LINES = {'S: ': 'reply', 'S+ ': 'some_line', 'S- ': 'no_line'}

    def __init__(self, path):
        self.script = Script(path)
        self.role_seen = False
        self.repeat = 1

    def take(self, number, line):
        if not line or line.startswith('##'):
            return
        if line.startswith('# '):
            self.take_directive(number, line[2:].split(' '))
        elif not self.role_seen:
            raise ValueError('the first statement is # role')
        elif line.startswith(('C: ', 'C~ ')) or line == 'C:':
            end = b'\r\n' if line[1] == ':' else b''
            self.script.statements.append(Statement('send', line[3:], number, end, self.repeat))
            self.repeat = 1
        elif line[:3] in self.LINES:
            self.add(self.LINES[line[:3]], number, line[3:])
        else:
            raise ValueError('not a statement')

    def add(self, kind, number, text=''):
        self.script.statements.append(Statement(kind, text, number))

    def take_directive(self, number, words):
        name, arguments = words[0], words[1:]
        if name == 'role' and arguments in (['submission'], ['submissions'], ['mx']):
            self.role_seen = True
            self.script.role = arguments[0]
        elif not self.role_seen:
            raise ValueError('the first statement is # role')
        elif name == 'security' and len(arguments) == 1:
            self.script.security.append(int(arguments[0]))
        elif name == 'limit' and len(arguments) == 2:
            self.script.bare_only = int(arguments[1]) >= 0
        elif name == 'repeat' and len(arguments) == 1 and int(arguments[0]) > 0:
            self.repeat = int(arguments[0])
        elif name in self.WORDS and not arguments:
            self.add(name, number)
        elif words != ['as-written']:  # here every script is played as written
            raise ValueError('not a directive')


def parse(path, text):
    reader = Reader(path)
    anyone = {'user': 'u', 'password': 'p', 'sender': 's', 'recipient': 'r'}
    for number, line in enumerate(text.split('\n'), 1):
        try:
            reader.take(number, line)
            if reader.script.statements and reader.script.statements[-1].kind == 'send':
                resolve(reader.script.statements[-1].text, anyone)
        except ValueError as error:
            raise DialogueError(f'{path}:{number}: {error}') from None
    if not reader.role_seen or reader.repeat != 1:
        raise DialogueError(f'{path}: no # role, or # repeat with nothing to repeat')
    return reader.script


def load(path):
    return parse(path, path.read_text(encoding='utf-8'))


def load_folder(folder):
    return [load(path) for path in sorted(folder.glob('*.smtp'))]


# ---- replies -----------------------------------------------------------------------------------

STATUS = re.compile(r'[245]\.\d{1,3}\.\d{1,3}')


def split_status(text):
    """('5.7.0', the rest), or (None, the whole)."""
    word, _, rest = text.partition(' ')
    return (word, rest) if STATUS.fullmatch(word) else (None, text)


def reply_fits(lines, expected):
    codes, _, rest = expected.partition(' ')
    patterns = [code.replace('x', r'\d') for code in codes.split('|')]
    if not any(re.fullmatch(pattern, lines[0][:3]) for pattern in patterns):
        return False
    status, text = split_status(rest)
    if status and split_status(lines[0][4:])[0] != status:
        return False
    return text.lower() in '\r\n'.join(lines).lower()


def has_line(lines, words):
    return any(split_status(line[4:])[1].startswith(words) for line in lines)


# ---- one connection ----------------------------------------------------------------------------

class Connection:
    def __init__(self, target, role):
        port = {'submission': target.submission_port, 'submissions': target.submissions_port,
                'mx': target.mx_port}[role]
        self.target = target
        self.socket = socket.create_connection((target.host, port), HANG_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unread = b''
        if role == 'submissions':
            self.start_tls()

    def start_tls(self):
        if self.unread:
            raise DialogueError(f'before the handshake: nobody asked for {self.unread!r}')
        context = ssl.create_default_context(cafile=self.target.ca)
        # The certificate names the server, not the address of a test.
        context.check_hostname = False
        self.socket = context.wrap_socket(self.socket, server_hostname=self.target.host)

    def send(self, octets):
        try:
            self.socket.sendall(octets)
        except OSError:
            pass  # closed already; what it said before that is still to be read

    def receive(self):
        """False at the end of the connection, however it ends."""
        try:
            octets = self.socket.recv(65536)
        except socket.timeout:
            raise DialogueError(f'no octet for {HANG_SECONDS} seconds') from None
        except OSError:
            return False
        self.unread += octets
        return bool(octets)

    def read_line(self):
        while b'\r\n' not in self.unread:
            if not self.receive():
                raise DialogueError(f'closed where a reply was due; last octets {self.unread!r}')
        line, _, self.unread = self.unread.partition(b'\r\n')
        return line.decode('utf-8', 'backslashreplace')

    def read_reply(self):
        lines = [self.read_line()]
        while lines[-1][3:4] == '-':
            lines.append(self.read_line())
        if not all(re.match(r'[2-5]\d\d( |-|$)', line) for line in lines):
            raise DialogueError(f'not a reply: {lines!r}')
        return lines

    def expect_close(self):
        while self.receive():
            pass
        if self.unread:
            raise DialogueError(f'nobody asked for {self.unread!r}')

    def close(self):
        self.socket.close()


class Player:
    def __init__(self, script, target):
        self.script = script
        self.names = target.names()
        self.connection = Connection(target, script.role)
        self.segment = b''
        self.reply = []
        self.closed = False
        self.transcript = []

    def play(self):
        self.expect('220')
        for statement in self.script.statements:
            try:
                self.step(statement)
            except DialogueError as error:
                where = f'{self.script.path}:{statement.line}'
                raise DialogueError('\n'.join([f'{where}: {error}', *self.transcript])) from None
        self.flush()
        if not self.closed:
            try:
                self.exchange(b'QUIT\r\n', '221')
                self.connection.expect_close()
            except DialogueError as error:
                where = f'{self.script.path}: at the end'
                raise DialogueError('\n'.join([f'{where}: {error}', *self.transcript])) from None

    def step(self, statement):
        if statement.kind == 'send':
            octets = resolve(statement.text, self.names) + statement.end
            self.segment += octets * statement.times
            return
        self.flush()
        if statement.kind == 'split':
            time.sleep(SPLIT_SECONDS)
        elif statement.kind == 'reply':
            self.expect(statement.text)
        elif statement.kind in ('some_line', 'no_line'):
            if has_line(self.reply, statement.text) != (statement.kind == 'some_line'):
                raise DialogueError(f'{statement.kind} {statement.text!r} in {self.reply!r}')
        elif statement.kind == 'tls':
            self.connection.start_tls()
        elif statement.kind == 'secure':
            self.secure()
        elif statement.kind == 'proven':
            self.secure()
            proof = resolve(r'AUTH PLAIN {base64 \0{user}\0{password}}', self.names)
            self.exchange(proof + b'\r\n', '235 2.7.0')
        else:
            self.connection.expect_close()
            self.closed = True

    def secure(self):
        self.exchange(b'EHLO client.example\r\n', '250')
        if self.script.role != 'submissions':
            self.exchange(b'STARTTLS\r\n', '220')
            self.connection.start_tls()
            self.exchange(b'EHLO client.example\r\n', '250')

    def flush(self):
        if self.segment:
            self.transcript.append(f'C {self.segment[:200]!r}')
            self.connection.send(self.segment)
            self.segment = b''

    def expect(self, expected):
        self.reply = self.connection.read_reply()
        self.transcript.append(f'S {self.reply!r}')
        if not reply_fits(self.reply, expected):
            raise DialogueError(f'expected {expected}, got {self.reply!r}')

    def exchange(self, octets, expected):
        self.segment = octets
        self.flush()
        self.expect(expected)


def run(script, target):
    player = Player(script, target)
    try:
        player.play()
    finally:
        player.connection.close()


def main():
    parser = argparse.ArgumentParser(description='Plays dialogue scripts against a server.')
    parser.add_argument('--check', metavar='FOLDER', type=Path)
    parser.add_argument('--host', default='127.0.0.1')
    parser.add_argument('--submission', type=int, default=1587)
    parser.add_argument('--submissions', type=int, default=1465)
    parser.add_argument('--mx', type=int, default=1025)
    parser.add_argument('--ca')
    parser.add_argument('--user')
    parser.add_argument('--password-file', type=Path)
    parser.add_argument('scripts', nargs='*', type=Path)
    options = parser.parse_args()
    if options.check:
        scripts = load_folder(options.check)
        print(f'{len(scripts)} dialogues read')
        return 0 if scripts else 1
    target = Target(options.host, options.submission, options.submissions, options.mx, options.ca,
                    options.user, options.password_file.read_text().strip())
    failed = 0
    for script in [load(path) for path in options.scripts] or load_folder(Path(__file__).parent):
        if script.bare_only:
            continue
        try:
            run(script, target)
            print(f'ok      {script.name}')
        except (DialogueError, OSError) as error:
            failed += 1
            print(f'FAILED  {script.name}\n{error}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())

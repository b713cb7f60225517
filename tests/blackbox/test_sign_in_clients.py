"""Every mechanism by every program that has it: let in with the right secret, refused with a wrong one.

Which programs those are, and how each is run, is sign_in_clients.py.  What came of it is written to
build/sign-in-clients.md, as docs/reference/clients-tried.md shows it.
"""
import json
import time

import pytest

from client_certificates import Authority
from conftest import ROOT, Server
from oauth_site import Site
from sign_in_clients import CLIENTS, TOKENS, need

PAGE = ROOT / 'docs/reference/clients-tried.md'
MADE = ROOT / 'build/sign-in-clients.md'
# Strongest first, as the server offers them.
MECHANISMS = ('EXTERNAL', 'SCRAM-SHA-512-PLUS', 'SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-512',
              'SCRAM-SHA-256', 'SCRAM-SHA-1', 'OAUTHBEARER', 'XOAUTH2', 'CRAM-MD5', 'PLAIN',
              'LOGIN')
# What the audit log calls a wrong secret.
WRONG = {'EXTERNAL': 'certificate_unknown', **dict.fromkeys(TOKENS, 'token_signature')}
TABLE = [pytest.param(mechanism, name, id=f'{mechanism}-{name}')
         for mechanism in MECHANISMS for name, client in CLIENTS.items()
         if mechanism in client.mechanisms]
AUTH = '''
[auth]
mechanisms = [{mechanisms}]
scram_iterations = 65536  # what Cyrus SASL computes at the most
'''


class Everything(Site):
    """A server that takes all of them, for one account."""

    user = 'dev@localhost'

    def __init__(self, directory):
        super().__init__(directory)
        password, server = self.server.password, self.server
        assert server.stop() == 0, server.log()
        names = ', '.join(f'"{one}"' for one in MECHANISMS)
        config = server.dir / 'everything.toml'
        config.write_text(server.settings() + AUTH.format(mechanisms=names))
        server.command = [str(server.binary), 'serve', '--config', str(config)]
        Server.start(server, [server.submission_port, server.submissions_port])
        while server.run('status').returncode != 0:  # the last thing that opens
            assert server.process.poll() is None, server.log()
            time.sleep(0.05)
        self.ask('account', 'reset-password', self.user, '--password-stdin', input=password)
        added = self.ask('app-password', 'add', self.user, '--cram-md5', '--json')
        self.passwords = {'CRAM-MD5': json.loads(added)['password']}
        authority = Authority(directory / 'clients')
        self.card = authority.issue('own', by_itself=True)
        self.other_card = authority.issue('other', by_itself=True)
        self.ask('credential', 'add', self.user, '--certificate', self.card[0])
        self.port, self.ca, self.password = server.submission_port, server.ca, password

    def ask(self, *arguments, **options):
        done = self.server.run(*arguments, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def secret(self, mechanism):
        if mechanism in TOKENS:
            return self.provider.token()
        if mechanism == 'EXTERNAL':
            return self.card
        return self.passwords.get(mechanism, self.password)

    def wrong_secret(self, mechanism):
        if mechanism == 'EXTERNAL':
            return self.other_card
        if mechanism not in TOKENS:
            return 'not the password'
        head, claims, signature = self.provider.token().split('.')
        return '.'.join((head, claims, ('B' if signature[0] == 'A' else 'A') + signature[1:]))

    def attempt_by(self, mechanism, after):
        """The first event with that mechanism beyond those that were there."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for event in self.attempts()[after:]:
                if event.get('mechanism') == mechanism:
                    return event
            time.sleep(0.05)
        raise AssertionError(self.attempts()[after:])


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    made = Everything(tmp_path_factory.mktemp('sign-in'))
    yield made
    made.stop()


@pytest.fixture(scope='module')
def let_in():
    """Who was, as a set of (mechanism, name); in the end as a table."""
    pairs = set()
    yield pairs
    write(pairs)


def marks(pairs):
    """The rows of the table."""
    yield '| | ' + ' | '.join(client.title for client in CLIENTS.values()) + ' |'
    yield '| --- |' + ' --- |' * len(CLIENTS)
    for mechanism in MECHANISMS:
        row = ['yes' if (mechanism, name) in pairs else '' for name in CLIENTS]
        if any(row):
            yield f'| {mechanism} | ' + ' | '.join(row) + ' |'


def write(pairs):
    there = {name: client for name, client in CLIENTS.items() if not client.missing()}
    lines = [*marks(pairs), '', *(f'- {client.title}: {client.version()}' for client in there.values())]
    MADE.parent.mkdir(exist_ok=True)
    MADE.write_text('\n'.join(lines) + '\n')


@pytest.mark.parametrize('mechanism, name', TABLE)
def test_the_right_secret_signs_in_and_a_wrong_one_does_not(site, let_in, mechanism, name):
    client = CLIENTS[name]
    need(client)
    before = len(site.attempts())
    assert client.try_it(site, mechanism, site.secret(mechanism)), repr(site.attempts()[before:])
    event = site.attempt_by(mechanism, before)
    assert event['outcome'] == 'success' and event['account']['name'] == site.user
    assert event['smtp']['code'] == 235
    before = len(site.attempts())
    assert not client.try_it(site, mechanism, site.wrong_secret(mechanism))
    event = site.attempt_by(mechanism, before)
    assert event['outcome'] == 'failure' and event['smtp']['code'] == 535, event
    assert event['reason'] == WRONG.get(mechanism, 'bad_password')
    let_in.add((mechanism, name))


def test_the_page_shows_what_is_tried():
    known = {pair.values for pair in TABLE}
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith('|')]
    assert rows == list(marks(known))

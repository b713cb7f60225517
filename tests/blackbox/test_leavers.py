"""Accounts of people who have left, as a directory (slapd) or a list says it; and groups."""
import datetime
import json

import pytest

from conftest import DevServer
from directory import BASE, Directory
from test_stores import StoreServer, ldap_store, until
from wire import plain, secure


def made(server, *names):
    for name in names:
        done = server.run('account', 'add', name, '--password-stdin', input='correct horse\n')
        assert done.returncode == 0, done.stderr


def reconcile(server, *arguments):
    done = server.run('account', 'reconcile', *arguments, '--json')
    assert done.stdout, done.stderr
    answer = json.loads(done.stdout)
    return done.returncode, sorted(item['account'] for item in answer['items']), answer['result']


def enabled(server):
    accounts = json.loads(server.run('account', 'list', '--json').stdout)['items']
    return {account['name'] for account in accounts if account['enabled']}


@pytest.fixture
def server(tmp_path):
    dev = DevServer(tmp_path / 'dev').start()
    yield dev
    assert dev.stop() == 0, dev.log()


def test_who_is_not_on_the_list_is_shown_first_and_then_disabled(server, tmp_path):
    made(server, 'ann@example.com', 'bob@example.com', 'printer-1', 'zoe@example.org')
    server.config.write_text(server.config.read_text() + '\n[reconcile]\n'
                             'domains = "example.com"\nexcept = ["printer-*"]\nat_most = 50\n')
    assert server.run('reload').returncode == 0
    staff = tmp_path / 'staff.csv'
    staff.write_text('mail;name\r\nANN@example.com;"Ann; of the mail"\r\n')
    code, leavers, result = reconcile(server, '--list', staff)
    assert (code, leavers, result['compared'], result['disabled']) == (0, ['bob@example.com'], 2, 0)
    assert 'bob@example.com' in enabled(server), 'nothing was changed'
    shown = server.run('account', 'reconcile', '--list', staff)
    assert 'Nothing was changed' in shown.stderr and 'bob@example.com' in shown.stdout

    wire = secure(server)
    assert wire.say('AUTH PLAIN ' + plain('bob@example.com', 'correct horse')).startswith(b'235')
    code, leavers, result = reconcile(server, '--list', staff, '--apply')
    assert (code, leavers, result['disabled']) == (0, ['bob@example.com'], 1)
    assert 'bob@example.com' not in enabled(server)
    assert {'ann@example.com', 'printer-1', 'zoe@example.org'} <= enabled(server)
    assert wire.say('NOOP').startswith(b'421 4.7.0'), 'what he has open ends, too'
    event = server.wait_for_event(lambda e: e['event'] == 'account.disabled')
    assert event['account']['name'] == 'bob@example.com'
    assert event['detail'] == f'the list does not name bob@example.com (list {staff})'
    assert event['actor']['via'] == 'cli'
    event = server.wait_for_event(lambda e: e['event'] == 'reconcile.done')
    assert '1 disabled' in event['detail']


def test_a_list_that_has_lost_its_people_is_not_believed(server, tmp_path):
    made(server, *(f'p{i}@example.com' for i in range(9)))
    staff = tmp_path / 'staff.txt'
    before = enabled(server)
    for text, why in [('', 'names nobody'), ('# only a comment\n', 'names nobody'),
                      ('dev@localhost\np0@example.com\n', '8 of 10 accounts')]:
        staff.write_text(text)
        code, _, result = reconcile(server, '--list', staff, '--apply')
        assert code == 1 and why in result['refusal'], result
    for text, why in [('ann lee\n', 'line 1'), (None, 'there is no list')]:
        staff.write_text(text) if text else staff.unlink()
        done = server.run('account', 'reconcile', '--list', staff, '--apply')
        assert done.returncode == 1 and why in done.stderr, done.stderr
    done = server.run('account', 'reconcile')
    assert done.returncode == 1 and 'nothing says who is still there' in done.stderr
    assert enabled(server) == before
    until(lambda: len([e for e in server.audit() if e['event'] == 'reconcile.refused']) == 5)
    staff.write_text('dev@localhost\np0@example.com\n')
    assert reconcile(server, '--list', staff, '--apply', '--at-most', '80')[2]['disabled'] == 8


MORE = ''.join(f"""dn: uid=many{i:04},ou=people,{BASE}
objectClass: inetOrgPerson
uid: many{i:04}
cn: Many
sn: {i}
mail: many{i:04}@example.com

""" for i in range(1_200))
ROLES = f"""dn: uid=roly,ou=people,{BASE}
objectClass: inetOrgPerson
uid: roly
cn: Roly
sn: Example
mail: roly@example.com
description: CN=mail staff , {BASE}
userPassword: roly's long password

dn: cn=Mail Staff,{BASE}
objectClass: groupOfNames
cn: Mail Staff
member: uid=roly,ou=people,{BASE}

"""


@pytest.fixture
def directory(tmp_path):
    slapd = Directory(tmp_path / 'slapd')
    extra = slapd.dir / 'more.ldif'
    extra.write_text(MORE + ROLES)
    slapd.run('slapadd', '-f', slapd.dir / 'slapd.conf', '-l', extra)
    with (slapd.dir / 'slapd.conf').open('a') as conf:  # of its own accord it gives 500 in all
        conf.write('limits * size=unlimited\n')
    slapd.start()
    yield slapd
    slapd.stop()


def test_the_people_of_a_directory_are_read_by_pages(tmp_path, directory):
    """Three pages; somebody who is locked out there is not there; and who left it has left."""
    dev = StoreServer(tmp_path / 'dev', ldap_store(directory)).start()
    try:
        made(dev, 'ann@example.com', 'info@example.com', 'off@example.com', 'gone@example.com',
             'many1199@example.com', 'many0000@example.com')
        code, leavers, result = reconcile(dev, '--store', 'staff', '--at-most', '100')
        assert code == 0, result
        assert leavers == ['dev@localhost', 'gone@example.com', 'off@example.com']
        assert '1206 entries, of which 1 are locked out' in result['notes'][0]
        directory.stop()
        done = dev.run('account', 'reconcile', '--store', 'staff', '--apply', '--at-most', '100')
        assert done.returncode == 1, done.stderr
        assert len(enabled(dev)) == 7, 'a directory that is down has nobody leave'
        done = dev.run('account', 'reconcile', '--store', 'database')
        assert done.returncode == 1 and 'does not list whom it knows' in done.stderr
    finally:
        assert dev.stop() == 0, dev.log()


def test_a_part_of_the_directory_is_none(tmp_path, directory):
    """A server that gives no more than so many entries has said how many, and not who."""
    directory.stop()
    conf = directory.dir / 'slapd.conf'
    conf.write_text(conf.read_text().replace('size=unlimited', 'size.prtotal=700'))
    directory.start()
    dev = StoreServer(tmp_path / 'dev', ldap_store(directory)).start()
    try:
        made(dev, 'ann@example.com', 'many1199@example.com')
        done = dev.run('account', 'reconcile', '--store', 'staff', '--apply', '--at-most', '100')
        assert done.returncode == 1 and not done.stdout, done.stdout
        assert len(enabled(dev)) == 3
        assert 'imit exceeded' in done.stderr, done.stderr
    finally:
        assert dev.stop() == 0, dev.log()


@pytest.mark.parametrize('how', [
    {'groups_filter': '"(member={dn})"'},
    {'member_of': '"description"'},  # any attribute of the entry that has names of entries
])
def test_groups_of_the_directory_are_groups_here(tmp_path, directory, how):
    dev = StoreServer(tmp_path / 'dev', ldap_store(
        directory, groups=json.dumps([f'staff=cn=Mail Staff,{BASE}', f'boss=cn=boss,{BASE}']),
        group_filter='"(member={dn})"', **how)).start()
    try:
        code, steps = dev.tried('staff', 'roly@example.com', "roly's long password")
        assert code == 0 and 'here in staff' in steps, steps
        code, steps = dev.tried('staff', 'twin', "twin's long password")
        assert 'here in none' in steps, steps
    finally:
        assert dev.stop() == 0, dev.log()


def test_it_is_done_every_night(tmp_path):
    """The clock on the wall comes by the time that the settings name."""
    dev = DevServer(tmp_path / 'dev')
    dev.start()
    try:
        made(dev, 'ann@example.com', 'bob@example.com')
        staff = tmp_path / 'staff'
        staff.write_text('ann@example.com\ndev@localhost\n')
        # The next minute of this machine's clock.
        at = datetime.datetime.now() + datetime.timedelta(seconds=62)
        dev.config.write_text(dev.config.read_text() + f'\n[reconcile]\nlist = "{staff}"\n'
                              f'at = "{at:%H:%M}"\nat_most = 50\n')
        assert dev.run('reload').returncode == 0
        event = dev.wait_for_event(lambda e: e['event'] == 'reconcile.done', seconds=150)
        assert event['actor']['via'] == 'schedule'
        assert 'bob@example.com' not in enabled(dev)
    finally:
        assert dev.stop() == 0, dev.log()


def test_the_list_of_an_identity_provider_is_read_whole_or_not_at_all(server, tmp_path):
    made(server, 'ann@example.com', 'bob@example.com')
    users = [{'userName': 'u1', 'active': True, 'emails': [{'value': 'Ann@example.com'}]},
             {'userName': 'bob@example.com', 'active': False},
             {'userName': 'dev@localhost'}]
    pages = [{'totalResults': 3, 'Resources': users[:2]}, {'totalResults': 3, 'Resources': users[2:]}]
    staff = tmp_path / 'users.json'
    staff.write_text(json.dumps(pages[0]))
    done = server.run('account', 'reconcile', '--list', staff, '--apply', '--at-most', '100')
    assert done.returncode == 1 and 'holds 2 of the 3 people' in done.stderr, done.stderr
    staff.write_text(json.dumps(pages))
    code, leavers, result = reconcile(server, '--list', staff, '--apply', '--at-most', '100')
    assert (code, leavers, result['disabled']) == (0, ['bob@example.com'], 1)

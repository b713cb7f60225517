"""Accounts in several stores: a directory, a passwd-file, and Signet's own database."""
import json
import os
import pathlib
import signal
import time

import pytest

from conftest import RELEASE, DevServer, Server
from directory import ADMIN, ADMIN_PASSWORD, BASE, Directory
from wire import Wire, plain

# "pencil", by `doveadm pw`.
SSHA512 = ("{SSHA512}tZavFw2cIUPbHhm0OaPJ46N2RxqP1TEPEHeSOTLEvVkR1EvDyOOPF9V3Re3eULH21bpriratn977MTF1NEGC"
           "5jwE2e8=")
SCRAM = ("{SCRAM-SHA-256}4096,BfPHb+/FHp4/yQWPexbE+g==,MVYhqzMeTzLZGnlWHlIjb/GPMJ93FJwHn3F8iGI2HF0=,"
         "oiC3qgvWeYdlUazLd9rwV2GOHZPO7RfLB++uwk9vSHE=")


def ldap_store(directory, name="staff", domain="example.com", more="", **changed):
    """A [[store]] for the directory."""
    keys = {"urls": json.dumps([directory.url]), "ca": json.dumps(str(directory.dir / "ca.pem")),
            "base": json.dumps(f"ou=people,{BASE}"),
            "disabled": '"(employeeType=disabled)"', "group_base": json.dumps(BASE),
            "group_filter": '"(&(cn=mail-senders)(member={dn}))"', **changed}
    table = ", ".join(f"{key} = {value}" for key, value in keys.items())
    return (f'[[store]]\nname = "{name}"\nkind = "ldap"\ndomains = ["{domain}"]\n'
            f"timeout = \"3s\"\nldap = {{ {table} }}\n{more}")


def file_store(path, name="shop", domain="shop.example", more=""):
    return (f'[[store]]\nname = "{name}"\nkind = "passwd-file"\ndomains = ["{domain}"]\n'
            f'file = {{ path = "{path}"{more} }}\n')


class StoreServer(DevServer):
    """`signet serve` with the settings of `signet dev`, and these stores."""

    def __init__(self, directory, stores):
        super().__init__(directory)
        super().start()
        self.stop()
        config = directory.parent / f"{directory.name}.toml"
        config.write_text(f'{self.settings()}\n[auth]\nfailure_floor = "10ms"\n{stores}')
        self.command = [str(RELEASE), "serve", "--config", str(config)]

    def start(self):
        return Server.start(self, [self.submission_port, self.submissions_port])

    def code(self, user, password):
        """What AUTH PLAIN is answered, on a connection of its own."""
        with self.wire() as wire:
            return int(wire.say("AUTH PLAIN " + plain(user, password))[:3])

    def wire(self):
        wire = Wire("127.0.0.1", self.submission_port)
        assert wire.reply().startswith(b"220")
        assert wire.say("EHLO client.example").startswith(b"250")
        assert wire.say("STARTTLS").startswith(b"220")
        wire.starttls_now(self.ca)
        assert wire.say("EHLO client.example").startswith(b"250")
        return wire

    def reasons(self):
        """Of every attempt so far; the names of logins that nobody has are not in the log."""
        return [event["reason"] for event in self.audit() if event["event"] == "auth.attempt"]

    def tried(self, store, login, password):
        done = self.run("store", "test", store, login, "--password-stdin",
                        input=password)
        return done.returncode, done.stdout + done.stderr


def until(holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    made = Directory(tmp_path_factory.mktemp("directory") / "slapd").start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory, directory):
    folder = tmp_path_factory.mktemp("stores")
    users = folder / "users"
    users.write_text(f"# the shop\nsam@shop.example:{SSHA512}\n"
                     f"far@shop.example:{SSHA512}::::::allow_nets=192.0.2.0/24\n"
                     f"gone@shop.example:{SSHA512}::::::nologin\n"
                     f"old@shop.example:{{SSHA}}FlwrRcEkw5Wwv61VlQGVBOcjTe96l8FJ\n")
    made = StoreServer(folder / "dev", ldap_store(directory) + file_store(users))
    made.users = users
    made.start()
    yield made
    assert made.stop() == 0, made.log()


def test_each_login_is_let_in_by_the_store_that_knows_it(server):
    assert server.code(server.user, server.password) == 235
    assert server.code("ann@example.com", "ann's long password") == 235
    assert server.code("sam@shop.example", "pencil") == 235
    assert server.code("sam@example.com", "pencil") == 535  # another domain, another store
    assert server.code("ann@shop.example", "ann's long password") == 535
    assert server.code("ann", "ann's long password") == 535  # no domain: no store of ours serves it


def test_why_somebody_is_not_let_in_is_in_the_audit_log_alone(server):
    cases = {
        ("ann@example.com", "wrong"): "bad_password",
        ("nobody@example.com", "wrong"): "unknown_account",
        ("off@example.com", "off's long password"): "account_disabled",
        ("out@example.com", "out's long password"): "may_not_submit",
        ("twin@example.com", "twin's long password"): "unknown_account",
        ("far@shop.example", "pencil"): "network_not_allowed",
        ("gone@shop.example", "pencil"): "account_disabled",
        ("gone@shop.example", "wrong"): "bad_password",
        ("old@shop.example", "pencil"): "no_usable_password",
    }
    for (user, password), reason in cases.items():
        before = len(server.reasons())
        assert server.code(user, password) == 535, user
        until(lambda: len(server.reasons()) > before)
        assert server.reasons()[before:] == [reason], user


def test_a_login_sends_as_what_its_store_says(server):
    with server.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain("ann@example.com", "ann's long password"))[:3] == b"235"
        assert wire.say("MAIL FROM:<info@example.com>")[:3] == b"250"
        assert wire.say("RSET")[:3] == b"250"
        assert wire.say("MAIL FROM:<off@example.com>")[:3] == b"550"
    with server.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain("sam@shop.example", "pencil"))[:3] == b"235"
        assert wire.say("MAIL FROM:<sam@shop.example>")[:3] == b"250"


@pytest.mark.parametrize("login", ["*@example.com", "ann@example.com)(uid=*", "*)(uid=*@example.com",
                                   "a\\2a@example.com", "' OR '1'='1@example.com", "ann\x7f@example.com",
                                   "\u00e4nn@example.com", "a" * 200 + "@example.com"])
def test_security_10_a_login_is_never_more_than_a_login(server, login):
    assert server.code(login, "ann's long password") == 535


def test_security_11_an_empty_password_opens_nothing(server):
    with server.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain("ann@example.com", ""))[:3] in (b"535", b"501")
    code, told = server.tried("staff", "ann@example.com", "")
    assert code == 1 and "empty password" in told or "no password" in told, told


def test_a_changed_file_is_taken_up(server):
    server.users.write_text(server.users.read_text() + f"new@shop.example:{SSHA512}\n")
    until(lambda: server.code("new@shop.example", "pencil") == 235)
    kept = server.users.read_text()
    server.users.write_text(kept + "broken\n")
    until(lambda: "not read anew" in server.log())
    assert "users:7: there is no `:` behind a name" in server.log()
    assert server.code("new@shop.example", "pencil") == 235
    server.users.write_text(kept)


def test_a_session_ends_when_its_account_is_taken_out_of_the_file(server):
    kept = server.users.read_text()
    server.users.write_text(kept + f"brief@shop.example:{SSHA512}\n")
    until(lambda: server.code("brief@shop.example", "pencil") == 235)
    with server.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain("brief@shop.example", "pencil"))[:3] == b"235"
        server.users.write_text(kept)
        until(lambda: wire.say("NOOP")[:3] == b"421")


def test_stores_are_listed(server):
    listed = server.run("store", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    items = json.loads(listed.stdout)["items"]
    assert [(one["name"], one["type"]) for one in items] == [
        ("database", "database"), ("staff", "ldap"), ("shop", "passwd-file")]
    assert items[1]["domains"] == ["example.com"] and items[1]["state"] == "up"
    text = server.run("store", "list").stdout
    assert "every login" in text and "shop.example" in text


def test_a_sign_in_can_be_tried_step_by_step(server):
    code, told = server.tried("staff", "ann@example.com", "ann's long password")
    assert code == 0, told
    for part in ("this login is looked for in: database, staff", "StartTLS",
                 "searched for (|(uid=ann@example.com)(mail=ann@example.com)): uid=ann,ou=people",
                 "the password is right", "it is not disabled", "cn=mail-senders",
                 "may send as: ann@example.com, info@example.com", "granted"):
        assert part in told, told
    code, told = server.tried("staff", "ann@example.com", "wrong")
    assert code == 1 and "the password is wrong" in told and "bad_password" in told
    code, told = server.tried("shop", "sam@shop.example", "pencil")
    assert code == 0 and "may send as: sam@shop.example" in told
    assert server.tried("none", "ann", "x")[0] == 6


def test_a_directory_that_is_down_is_try_later_and_back_again_is_at_once(server, directory):
    until(lambda: server.code("ann@example.com", "ann's long password") == 235)
    before = len(server.reasons())
    directory.stop()
    for _ in range(4):
        assert server.code("ann@example.com", "ann's long password") == 454
        assert server.code("nobody@example.com", "wrong") == 454
    assert server.code(server.user, server.password) == 235
    assert server.code("sam@shop.example", "pencil") == 235
    until(lambda: any(event["event"] == "store.down" for event in server.audit()))
    down = [event for event in server.audit() if event["event"] == "store.down"]
    assert len(down) == 1 and down[0]["severity"] == "critical" and down[0]["target"]["name"] == "staff"
    assert server.metrics()['signet_store_up{store="staff"}'] == 0
    assert server.metrics()['signet_store_calls_total{store="staff",result="turned_away"}'] > 0
    assert "cannot connect" in server.tried("staff", "ann@example.com", "x")[1]
    directory.start()
    until(lambda: server.code("ann@example.com", "ann's long password") == 235)
    until(lambda: any(event["event"] == "store.up" for event in server.audit()))
    assert server.metrics()['signet_store_up{store="staff"}'] == 1
    assert set(server.reasons()[before:]) == {"backend_error", "ok"}


def test_a_directory_that_hangs_is_try_later_in_time(server, directory):
    assert server.code("ann@example.com", "ann's long password") == 235
    os.kill(directory.process.pid, signal.SIGSTOP)
    try:
        assert server.code("ann@example.com", "ann's long password") == 454
    finally:
        os.kill(directory.process.pid, signal.SIGCONT)
    until(lambda: server.code("ann@example.com", "ann's long password") == 235)


@pytest.fixture(scope="module")
def ways(tmp_path_factory, directory):
    """The same directory reached in other ways, and one whose certificate is another's."""
    folder = tmp_path_factory.mktemp("ways")
    stranger = Directory(folder / "stranger", address="192.0.2.1").start()
    secret = folder / "bind-password"
    secret.write_text(ADMIN_PASSWORD + "\n")
    secret.chmod(0o600)
    service = {"bind_dn": json.dumps(ADMIN), "bind_password": f'{{ file = "{secret}" }}'}
    dead = f"ldap://127.0.0.1:{directory.port + 1}"
    made = StoreServer(folder / "dev", "".join([
        ldap_store(directory, "inside", "a.example", urls=json.dumps([directory.tls_url]),
                   filter='"(uid={user})"', account='"mail"', addresses='["mail"]'),
        ldap_store(directory, "comparing", "b.example", filter='"(uid={user})"', mode='"compare"',
                   **service),
        ldap_store(stranger, "stranger", "c.example", filter='"(uid={user})"'),
        ldap_store(directory, "unknown-ca", "d.example", filter='"(uid={user})"',
                   ca=json.dumps(str(stranger.dir / "ca.pem"))),
        ldap_store(directory, "second", "e.example", urls=json.dumps([dead, directory.url]),
                   filter='"(uid={user})"', **service),
        ldap_store(directory, "clear", "f.example", tls='"none"', filter='"(uid={user})"'),
    ]))
    made.start()
    yield made
    stranger.stop()
    assert made.stop() == 0, made.log()


def test_other_ways_into_a_directory(ways):
    password = "ann's long password"
    # Two values of `mail` are no account's name.
    assert ways.code("ann@a.example", password) == 535
    assert ways.code("off@a.example", "off's long password") == 535
    assert "account_disabled" in ways.tried("inside", "off@a.example", "off's long password")[1]
    assert ways.code("ann@b.example", password) == 235
    assert ways.code("ann@b.example", "wrong") == 535
    assert ways.code("ann@e.example", password) == 235
    told = ways.tried("second", "ann@e.example", password)[1]
    assert "cannot connect" in told and f"signed in to the directory as {ADMIN}" in told
    assert ways.code("ann@f.example", password) == 235


def test_a_directory_that_does_not_prove_itself_hears_no_password(ways):
    for store, login in (("stranger", "ann@c.example"), ("unknown-ca", "ann@d.example")):
        assert ways.code(login, "ann's long password") == 454
        assert "cannot connect" in ways.tried(store, login, "ann's long password")[1]


def test_what_is_wrong_with_a_file_keeps_the_server_from_starting(tmp_path):
    users = tmp_path / "users"
    users.write_text(f"sam:{SSHA512}\nsam:{SSHA512}\nbroken\n")
    server = StoreServer(tmp_path / "dev", file_store(users))
    with pytest.raises(RuntimeError) as ended:
        server.start()
    assert "ended with 78" in str(ended.value)
    assert f"{users}:2: `sam` is there twice" in str(ended.value)
    assert f"{users}:3: there is no `:` behind a name" in str(ended.value)


@pytest.fixture(scope="module")
def pam(tmp_path_factory):
    """PAM's own modules: one service that lets in whoever has a password, one that lets nobody in, one
    whose module hangs."""
    folder = tmp_path_factory.mktemp("pam")
    services = folder / "pam.d"
    services.mkdir()
    (services / "all").write_text("auth required pam_permit.so\naccount required pam_permit.so\n")
    (services / "none").write_text("auth required pam_deny.so\naccount required pam_permit.so\n")
    (services / "shut").write_text("auth required pam_permit.so\naccount required pam_deny.so\n")
    (services / "slow").write_text("auth required pam_exec.so quiet /bin/sleep 60\n"
                                   "account required pam_permit.so\n")
    made = StoreServer(folder / "dev", "".join(
        f'[[store]]\nname = "{name}"\nkind = "pam"\ndomains = ["{name}.example"]\ntimeout = "2s"\n'
        f'pam = {{ service = "{name}", directory = "{services}", user = "local-part" }}\n'
        for name in ("all", "none", "shut", "slow")))
    made.start()
    yield made
    assert made.stop() == 0, made.log()


def test_pam_decides_by_its_service(pam):
    assert pam.code("ann@all.example", "any password") == 235
    assert pam.code("ann@none.example", "any password") == 535
    assert pam.code("ann@shut.example", "any password") == 535
    code, told = pam.tried("all", "ann@all.example", "any password")
    assert code == 0 and "may send as: ann@all.example" in told, told
    assert pam.tried("all", "ann@all.example", "")[0] == 1


def test_pam_that_hangs_is_try_later_in_time(pam):
    assert pam.code("ann@slow.example", "any password") == 454
    assert pam.code("ann@all.example", "any password") == 235


@pytest.fixture
def changing(tmp_path):
    """One store, whose settings the test writes anew."""
    users = tmp_path / "users"
    users.write_text(f"sam@shop.example:{SSHA512}\n")
    made = StoreServer(tmp_path / "dev", file_store(users))
    made.settings_file = pathlib.Path(made.command[-1])
    made.without = made.settings_file.read_text().replace(file_store(users), "")
    made.users = users
    made.start()
    yield made
    assert made.stop() == 0, made.log()


def reload(server, stores):
    server.settings_file.write_text(server.without + stores)
    done = server.run("reload")
    return done.returncode, done.stdout + done.stderr


def test_stores_change_while_the_server_runs(changing, tmp_path):
    until(lambda: changing.code("sam@shop.example", "pencil") == 235)
    others = tmp_path / "others"
    others.write_text(f"tom@other.example:{SSHA512}\n")
    both = file_store(changing.users) + file_store(others, "others", "other.example")
    with changing.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain("sam@shop.example", "pencil"))[:3] == b"235"
        assert changing.code("tom@other.example", "pencil") == 535
        assert reload(changing, both)[0] == 0
        assert changing.code("tom@other.example", "pencil") == 235
        assert wire.say("NOOP")[:3] == b"250"  # his account is what it was
        # Refused whole: what was in force stays.
        others.write_text("broken\n")
        moved = file_store(changing.users, domain="new.example")
        code, told = reload(changing, moved + file_store(others, "others2", "other.example"))
        assert code == 78 and "there is no `:` behind a name" in told, told
        assert changing.code("sam@shop.example", "pencil") == 235
        assert changing.code("tom@other.example", "pencil") == 235
        listed = json.loads(changing.run("store", "list", "--json").stdout)["items"]
        assert [one["name"] for one in listed] == ["database", "shop", "others"]
        # Gone, and so are its sessions.
        assert reload(changing, "")[0] == 0
        assert changing.code("sam@shop.example", "pencil") == 535
        assert wire.say("NOOP")[:3] == b"421"
    assert changing.code(changing.user, changing.password) == 235


def test_a_changed_file_of_a_store_is_another_store(changing, tmp_path):
    until(lambda: changing.code("sam@shop.example", "pencil") == 235)
    other = tmp_path / "other"
    other.write_text(f"tom@shop.example:{SSHA512}\n")
    assert reload(changing, file_store(other))[0] == 0
    assert changing.code("tom@shop.example", "pencil") == 235
    assert changing.code("sam@shop.example", "pencil") == 535
    changed = [event for event in changing.audit() if event["event"] == "config.reloaded"]
    assert any(one["field"] == "store[shop].file.path" for one in changed[-1]["change"])

"""Accounts in a PostgreSQL database: Signet's own tables, and queries over those of other programs.

The queries are those of docs/how-to/postgresql.md, over the tables that those programs make.
"""
import json
import os
import re
import signal

import pytest

from conftest import ROOT
from database import Database
from scram_client import Scram, sign_in
from test_stores import SSHA512, StoreServer, until
from wire import plain

PAGE = (ROOT / "docs/how-to/postgresql.md").read_text()
SSHA = "{SSHA}FlwrRcEkw5Wwv61VlQGVBOcjTe96l8FJ"

POSTFIXADMIN = f"""
CREATE TABLE domain (domain varchar(255) PRIMARY KEY, active boolean NOT NULL DEFAULT true);
CREATE TABLE mailbox (
    username varchar(255) PRIMARY KEY, password varchar(255) NOT NULL DEFAULT '',
    name varchar(255) NOT NULL DEFAULT '', maildir varchar(255) NOT NULL DEFAULT '',
    quota bigint NOT NULL DEFAULT 0, created timestamptz DEFAULT now(), modified timestamptz DEFAULT now(),
    active boolean NOT NULL DEFAULT true, domain varchar(255) REFERENCES domain, local_part varchar(255));
CREATE TABLE alias (
    address varchar(255) PRIMARY KEY, goto text NOT NULL, domain varchar(255) NOT NULL,
    active boolean NOT NULL DEFAULT true);
INSERT INTO domain VALUES ('postfixadmin.example', true), ('gone.example', false);
INSERT INTO mailbox (username, password, active, domain) VALUES
    ('ann@postfixadmin.example', '{SSHA512}', true, 'postfixadmin.example'),
    ('off@postfixadmin.example', '{SSHA512}', false, 'postfixadmin.example'),
    ('ann@gone.example', '{SSHA512}', true, 'gone.example');
INSERT INTO alias VALUES
    ('ann@postfixadmin.example', 'ann@postfixadmin.example', 'postfixadmin.example', true),
    ('info@postfixadmin.example', 'bob@postfixadmin.example, ann@postfixadmin.example',
     'postfixadmin.example', true),
    ('old@postfixadmin.example', 'ann@postfixadmin.example', 'postfixadmin.example', false),
    ('@postfixadmin.example', 'ann@postfixadmin.example', 'postfixadmin.example', true);
"""
MODOBOA = f"""
CREATE TABLE core_user (id serial PRIMARY KEY, username varchar(254) UNIQUE, email varchar(254),
    password varchar(256), is_active boolean NOT NULL);
CREATE TABLE admin_domain (id serial PRIMARY KEY, name varchar(100), enabled boolean NOT NULL);
CREATE TABLE admin_mailbox (id serial PRIMARY KEY, address varchar(252), domain_id int, user_id int);
CREATE TABLE admin_senderaddress (id serial PRIMARY KEY, address varchar(254), mailbox_id int);
INSERT INTO core_user (username, email, password, is_active) VALUES
    ('ann@modoboa.example', 'ann@modoboa.example', '{SSHA512}', true),
    ('off@modoboa.example', 'off@modoboa.example', '{SSHA512}', false);
INSERT INTO admin_domain (name, enabled) VALUES ('modoboa.example', true);
INSERT INTO admin_mailbox (address, domain_id, user_id) VALUES ('ann', 1, 1), ('off', 1, 2);
INSERT INTO admin_senderaddress (address, mailbox_id) VALUES ('info@modoboa.example', 1),
    ('@modoboa.example', 1);
"""
MAILCOW = f"""
CREATE TABLE domain (domain varchar(255) PRIMARY KEY, active smallint NOT NULL DEFAULT 1);
CREATE TABLE mailbox (username varchar(255) PRIMARY KEY, password varchar(255), domain varchar(255),
    kind varchar(100) NOT NULL DEFAULT '', active smallint NOT NULL DEFAULT 1);
CREATE TABLE sender_acl (id serial PRIMARY KEY, logged_in_as varchar(255), send_as varchar(255));
INSERT INTO domain VALUES ('mailcow.example', 1);
INSERT INTO mailbox VALUES ('ann@mailcow.example', '{SSHA512}', 'mailcow.example', '', 1),
    ('off@mailcow.example', '{SSHA512}', 'mailcow.example', '', 2),
    ('room@mailcow.example', '{SSHA512}', 'mailcow.example', 'location', 1);
INSERT INTO sender_acl (logged_in_as, send_as) VALUES
    ('ann@mailcow.example', 'info@mailcow.example'), ('ann@mailcow.example', '@mailcow.example');
"""


def query_of_page(name):
    """The query that the how-to page shows for a program."""
    block = re.search(rf'```toml\n\[\[store\]\]\nname = "{name}"\n(.*?)```', PAGE, re.S)[1]
    return re.search(r'postgresql.query    = """\n(.*?)"""', block, re.S)[1]


@pytest.fixture(scope="module")
def database():
    made = Database().start()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def server(tmp_path_factory, database):
    folder = tmp_path_factory.mktemp("postgresql")
    database.make("postfixadmin", POSTFIXADMIN)
    database.make("modoboa", MODOBOA)
    database.make("mailcow", MAILCOW)
    database.make("odd", f"""
        CREATE TABLE people (login text, password text, enabled text);
        INSERT INTO people VALUES ('ann@odd.example', '{SSHA512}', 'yes'),
            ('broken@odd.example', '{SSHA512}', 'perhaps'), ('weak@odd.example', '{SSHA}', 'yes'),
            ('twin@odd.example', '{SSHA512}', 'yes'), ('twin@odd.example', '{SSHA512}', 'yes');
        CREATE ROLE poor LOGIN PASSWORD 'the owner''s'""")
    stores = "".join(database.store(name, name, query_of_page(name), f"{name}.example")
                     for name in ("postfixadmin", "modoboa", "mailcow"))
    query = "SELECT login AS name, password, enabled FROM people WHERE login = $1"
    stores += database.store("odd", "odd", query, "odd.example")
    stores += database.store("poor", "odd", query, "poor.example", user="poor")
    made = StoreServer(folder / "dev", stores)
    made.start()
    yield made
    assert made.stop() == 0, made.log()
    assert "the owner's" not in made.log() and "pencil" not in made.log()


@pytest.mark.parametrize("program", ["postfixadmin", "modoboa", "mailcow"])
def test_the_tables_of_other_programs(server, program):
    domain = f"{program}.example"
    assert server.code(f"ann@{domain}", "pencil") == 235, server.log()
    assert server.code(f"Ann@{domain}", "pencil") == 235
    assert server.code(f"ann@{domain}", "wrong") == 535
    assert server.code(f"nobody@{domain}", "pencil") == 535
    with server.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain(f"ann@{domain}", "pencil"))[:3] == b"235"
        for sender, code in ((f"ann@{domain}", b"250"), (f"info@{domain}", b"250"),
                             (f"other@{domain}", b"550"), (f"old@{domain}", b"550")):
            assert wire.say(f"MAIL FROM:<{sender}>")[:3] == code, sender
            wire.say("RSET")
    assert server.code(f"off@{domain}", "pencil") == 535
    until(lambda: server.reasons()[-1:] == ["account_disabled"])


def test_what_is_not_an_account_there(server):
    assert server.code("room@mailcow.example", "pencil") == 535
    assert server.code("twin@odd.example", "pencil") == 535
    assert server.code("weak@odd.example", "pencil") == 535
    until(lambda: server.reasons()[-3:] == ["unknown_account", "unknown_account", "no_usable_password"])


def test_a_row_that_cannot_be_read_is_454_for_its_own_login(server):
    for _ in range(4):  # more than the breaker takes of faults
        assert server.code("broken@odd.example", "pencil") == 454
    assert server.code("ann@odd.example", "pencil") == 235
    assert "`perhaps` is neither true nor false in enabled" in server.log()


def test_a_role_without_rights_is_454_and_the_log_says_why(server):
    assert server.code("ann@poor.example", "pencil") == 454
    until(lambda: "permission denied for table people" in server.log())
    code, told = server.tried("poor", "ann@poor.example", "pencil")
    assert code == 1 and "permission denied for table people (SQLSTATE 42501)" in told, told


@pytest.mark.parametrize("login", ["' OR '1'='1@odd.example", "ann@odd.example'; DROP TABLE people; --",
                                   "%@odd.example", "$1@odd.example", "\\@odd.example",
                                   "\u00e4nn@odd.example", "a" * 200 + "@odd.example"])
def test_security_10_a_login_is_never_sql(server, login):
    assert server.code(login, "pencil") == 535
    assert server.code("ann@odd.example", "pencil") == 235


def test_a_sign_in_can_be_tried_step_by_step(server):
    code, told = server.tried("modoboa", "ann@modoboa.example", "pencil")
    assert code == 0, told
    for part in ("this login is looked for in: database, modoboa", "connected to 127.0.0.1:",
                 "the query is prepared", "it finds 1 row", "it knows the account as `ann@modoboa.example`",
                 "may send as: ann@modoboa.example, info@modoboa.example", "granted"):
        assert part in told, told
    code, told = server.tried("odd", "twin@odd.example", "pencil")
    assert code == 1 and "two rows" in told
    code, told = server.tried("odd", "weak@odd.example", "pencil")
    assert code == 1 and "no password opens weak@odd.example" in told
    listed = json.loads(server.run("store", "list", "--json").stdout)["items"]
    assert [(one["name"], one["type"]) for one in listed[1:3]] == [
        ("postfixadmin", "postgresql"), ("modoboa", "postgresql")]


def test_a_database_that_is_down_is_try_later_and_back_again_is_at_once(server, database):
    assert server.code("ann@odd.example", "pencil") == 235
    database.stop()
    for _ in range(4):
        assert server.code("ann@odd.example", "pencil") == 454
        assert server.code("nobody@odd.example", "wrong") == 454
    assert server.code(server.user, server.password) == 235
    until(lambda: any(e["event"] == "store.down" and e["target"]["name"] == "odd" for e in server.audit()))
    assert server.metrics()['signet_store_up{store="odd"}'] == 0
    assert "Connection refused" in server.tried("odd", "ann@odd.example", "x")[1]
    database.start()
    until(lambda: server.code("ann@odd.example", "pencil") == 235)
    until(lambda: any(e["event"] == "store.up" and e["target"]["name"] == "odd" for e in server.audit()))
    assert server.metrics()['signet_store_up{store="odd"}'] == 1
    until(lambda: server.reasons().count("backend_error") >= 8)


def test_a_database_that_hangs_is_try_later_in_time(server, database):
    assert server.code("ann@odd.example", "pencil") == 235
    pids = [int(pid) for pid in database.sql(
        "SELECT pid FROM pg_stat_activity WHERE datname = 'odd' AND usename = 'postgres'", "odd").split()]
    for pid in pids:
        try:
            os.kill(pid, signal.SIGSTOP)
        except ProcessLookupError:
            pass  # that was psql's own
    try:
        assert server.code("ann@odd.example", "pencil") == 454
    finally:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass
    until(lambda: server.code("ann@odd.example", "pencil") == 235)


@pytest.fixture(scope="module")
def own(tmp_path_factory, database):
    """Own tables, with the database down when the server starts."""
    folder = tmp_path_factory.mktemp("own")
    database.make("accounts")
    database.stop()
    made = StoreServer(folder / "dev", database.store("accounts", "accounts"))
    made.start()
    made.down_at_start = made.code("ann@example.com", "pencil")
    database.start()
    made.without_tables = made.tried("accounts", "ann@example.com", "x")[1]
    made.migrated = made.run("store", "migrate", "accounts")
    until(lambda: made.code("nobody@example.com", "x") == 535)  # the breaker may have been open
    yield made
    assert made.stop() == 0, made.log()


def test_the_server_starts_without_its_database_and_has_its_tables_made(own, database):
    assert own.down_at_start == 454
    assert "`signet store migrate` makes the tables" in own.without_tables
    for made in (own.migrated, own.run("store", "migrate", "accounts")):
        assert made.returncode == 0 and "the table signet.accounts" in made.stdout, made.stdout + made.stderr
    own.wait_for_event(lambda e: e["event"] == "store.migrated" and e["outcome"] == "success")
    assert own.run("store", "migrate", "database").returncode == 1
    assert own.run("store", "migrate", "none").returncode == 6
    assert database.sql("SELECT count(*) FROM signet.migrations", "accounts").strip() == "1"


def offers_scram(server):
    """As soon as all accounts have been counted again."""
    with server.wire() as wire:
        return b"SCRAM-SHA-256" in wire.say("EHLO client.example")


def test_own_accounts_sign_in_with_plain_then_scram_and_end_when_they_change(own, database):
    database.sql(f"INSERT INTO signet.accounts (name, password, send_as) VALUES "
                 f"('ann@example.com', '{SSHA512}', '{{info@example.com}}')", "accounts")
    with own.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain("ann@example.com", "pencil"))[:3] == b"235"
        assert wire.say("MAIL FROM:<info@example.com>")[:3] == b"250"
        # The hash was made anew, and what SCRAM takes: nobody notices.
        until(lambda: database.sql("SELECT renewed FROM signet.accounts", "accounts").strip() == "1")
        kept = database.sql("SELECT password, verifiers FROM signet.accounts", "accounts")
        assert kept.startswith("$argon2id$") and "SCRAM-SHA-256$" in kept, kept
        assert wire.say("NOOP")[:3] == b"250"
        until(lambda: offers_scram(own))
        with own.wire() as other:
            assert sign_in(other.say, "SCRAM-SHA-256",
                           Scram("ann@example.com", "pencil")).startswith(b"235")
        with own.wire() as other:
            assert sign_in(other.say, "SCRAM-SHA-256",
                           Scram("ann@example.com", "wrong")).startswith(b"535")
        database.sql("UPDATE signet.accounts SET enabled = false", "accounts")
        until(lambda: wire.say("NOOP")[:3] == b"421")
    assert own.code("ann@example.com", "pencil") == 535


def test_own_accounts_have_their_limits_and_networks(own, database):
    database.sql(f"""DELETE FROM signet.accounts;
        INSERT INTO signet.accounts (name, password, allow_nets, message_size) VALUES
            ('far@example.com', '{SSHA512}', '{{192.0.2.0/24}}', NULL),
            ('small@example.com', '{SSHA512}', '{{127.0.0.0/8}}', 1000)""", "accounts")
    assert own.code("far@example.com", "pencil") == 535
    with own.wire() as wire:
        assert wire.say("AUTH PLAIN " + plain("small@example.com", "pencil"))[:3] == b"235"
        assert wire.say("MAIL FROM:<small@example.com> SIZE=2000")[:3] == b"552"


def test_the_tables_can_be_made_by_hand(database):
    page = (ROOT / "docs/reference/postgresql-tables.md").read_text()
    database.make("by-hand", "".join(re.findall(r"```sql\n(.*?)```", page, re.S)))
    database.sql(f"""INSERT INTO signet.accounts (name) VALUES ('ann@example.com');
        CREATE ROLE manager LOGIN PASSWORD 'the owner''s';
        GRANT USAGE ON SCHEMA signet TO manager; GRANT USAGE ON SEQUENCE signet.revisions TO manager;
        GRANT SELECT, INSERT, UPDATE, DELETE ON signet.accounts TO manager;
        SET ROLE manager; UPDATE signet.accounts SET password = '{SSHA512}';
        INSERT INTO signet.accounts (name) VALUES ('bob@example.com')""", "by-hand")
    assert database.sql("SELECT version FROM signet.migrations", "by-hand").strip() == "1"
    assert database.sql("SELECT count(DISTINCT revision) FROM signet.accounts", "by-hand").strip() == "2"

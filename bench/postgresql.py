"""./dev bench postgresql: sign-ins a second with accounts in PostgreSQL, at 1 and 16 connections.

A PostgreSQL of our own (tools/peers.sh) with Signet's own tables in it.  First the store alone
(postgres_sign_ins.cc), then, where bench_sign_in is built, the whole way: TLS, SMTP, AUTH PLAIN.
Each sign-in asks the database; passwords were right a moment ago, so hashes are not what is measured.
"""
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'tests/blackbox'))

CONNECTIONS = (1, 16)
CLIENTS = 16
ACCOUNTS = 100


def open_database():
    from database import POSTGRESQL, Database  # which must be unpacked first
    if not POSTGRESQL.exists():
        print('postgresql: it is not here; run tools/peers.sh')
        return None
    database = Database().start()
    database.sql('CREATE DATABASE accounts')
    # pg_hba: the store alone is asked without a password.
    (database.dir / 'data/pg_hba.conf').write_text('host all all 127.0.0.1/32 trust\n')
    database.sql('SELECT pg_reload_conf()')
    return database


def measure(command, seconds):
    done = subprocess.run([*map(str, command), 'seconds', str(seconds)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f'bench: {command[0].name} failed: {done.stdout}{done.stderr}')
    return json.loads(done.stdout)


def show(what, connections, result):
    print(f'{what:12} {connections:12} {CLIENTS:8} {result["rate"]:11.0f} '
          f'{result.get("p50_ms", float("nan")):8.2f} {result.get("p99_ms", float("nan")):8.2f}', flush=True)


def bench(run, base, arguments):
    config, _ = run.prepare(base)
    database = open_database()
    if database is None:
        return
    plain = config.read_text()
    hashed = database.sql("CREATE EXTENSION pgcrypto; SELECT crypt('pencil', gen_salt('bf', 4))",
                          'accounts').strip()
    print('measured     connections  clients  sign-ins/s   p50 ms   p99 ms')
    filled = False
    try:
        for connections in CONNECTIONS:
            config.write_text(plain + database.store('accounts', 'accounts').replace(
                'kind =', f'connections = {connections}\nkind ='))
            server = run.Server('signet', base + 465, run.BUILD / 'signet', 'serve', '--config', config)
            try:
                if not filled:
                    subprocess.run([run.BUILD / 'signet', 'store', 'migrate', 'accounts', '--config', config],
                                   check=True, stdout=subprocess.DEVNULL)
                    database.sql(f"INSERT INTO signet.accounts (name, password) SELECT 'u' || n, '{hashed}' "
                                 f"FROM generate_series(0, {ACCOUNTS - 1}) n", 'accounts')
                    filled = True
                show('the store', connections, measure(
                    [run.BUILD / 'bench_postgres_sign_ins', '127.0.0.1', database.port, 'accounts', 'postgres',
                     'connections', connections, 'clients', CLIENTS, 'accounts', ACCOUNTS], arguments.seconds))
                client = run.BUILD / 'bench_sign_in'
                if client.exists():
                    show('the server', connections, measure(
                        [client, server.port, 'PLAIN', 'user', 'u0', 'secret', 'pencil',
                         'connections', CLIENTS], arguments.seconds))
            finally:
                server.stop()
    finally:
        database.remove()

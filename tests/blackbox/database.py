"""A PostgreSQL server of our own: Debian's, unpacked below build/peers, on a free loopback port.

It refuses to be root: then it runs as nobody, and so does psql.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from conftest import ROOT, free_port

POSTGRESQL = ROOT / "build/peers/postgresql"
PROGRAMS = POSTGRESQL / "usr/lib/postgresql/15/bin"
NOBODY = 65534


class Database:
    def __init__(self):
        # Not below pytest's folder, into which nobody but root may look.
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="signet-postgresql-"))
        self.port = free_port()
        self.process = None
        self.env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGHOST": "127.0.0.1",
                    "PGPORT": str(self.port), "PGUSER": "postgres", "PGPASSWORD": "the owner's",
                    "LD_LIBRARY_PATH": str(POSTGRESQL / "usr/lib/x86_64-linux-gnu")}
        self.user = {}
        if os.geteuid() == 0:
            self.user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            os.chown(self.dir, NOBODY, NOBODY)
        self.password = self.dir / "password"
        self.password.write_text("the owner's\n")
        self.password.chmod(0o644)
        self.run("initdb", "-D", self.dir / "data", "-U", "postgres", "-A", "scram-sha-256",
                 f"--pwfile={self.password}", "--no-sync", "--locale=C", "-E", "UTF8")
        self.password.chmod(0o600)

    def run(self, program, *arguments, text=None):
        done = subprocess.run([str(PROGRAMS / program), *map(str, arguments)], env=self.env,
                              cwd=self.dir, input=text, capture_output=True, text=True, **self.user)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sql(self, text, database="postgres"):
        """Rows as lines, columns with a | between them."""
        return self.run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database,
                        text=text)

    def start(self):
        log = open(self.dir / "log", "ab")
        self.process = subprocess.Popen(
            [str(PROGRAMS / "postgres"), "-D", str(self.dir / "data"), "-k", str(self.dir),
             "-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
            env=self.env, cwd=self.dir, stdout=log, stderr=log, **self.user)
        for _ in range(600):
            assert self.process.poll() is None, (self.dir / "log").read_text()
            ready = subprocess.run([str(PROGRAMS / "pg_isready"), "-q"], env=self.env)
            if ready.returncode == 0:
                return self
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL does not answer")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(3)  # SIGQUIT: at once
            self.process.wait(timeout=60)

    def remove(self):
        self.stop()
        shutil.rmtree(self.dir)

    def make(self, name, sql=""):
        """A database and what is in it."""
        self.sql(f'CREATE DATABASE "{name}"')
        self.sql(sql, name)

    def store(self, name, database, query=None, domain=None, more="", user="postgres"):
        """A [[store]] for one of its databases."""
        keys = {"hosts": [f"127.0.0.1:{self.port}"], "tls": "none", "database": database,
                "user": user}
        table = "".join(f"postgresql.{key} = {json.dumps(value)}\n" for key, value in keys.items())
        if query:
            table += f'postgresql.query = """\n{query}\n"""\n'
        domains = f'domains = ["{domain}"]\n' if domain else ""
        return (f'[[store]]\nname = "{name}"\nkind = "postgresql"\n{domains}timeout = "3s"\n{table}'
                f'postgresql.password = {{ file = "{self.password}" }}\n{more}')

#!/usr/bin/env python3
"""./dev bench: what Signet costs, beside a bare TLS server that keeps nothing, in one run.

  stream   messages per second on C connections that stay open, latency, server CPU
  idle     memory of a session that is signed in and silent
  net      the same of src/net alone
  spool    messages per second that the spool alone takes and gives back
  claims   memory and speed of whose turn it is, in memory
  slow     what honest clients keep while others hold places, octets and memory
  relay    messages per second that come in and go out to a smart host
  auth     sign-ins per second by mechanism, beside Dovecot's
  lag      how late the I/O threads are while wrong passwords fill the hash queue
  postgresql  sign-ins per second with accounts in PostgreSQL
  timing   whether the time of an answer tells an account that is there
"""
import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import postgresql
import relay
import sign_in
import slow
import timing

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / 'build/release'
SITE = ROOT / 'build/bench'
TICKS = os.sysconf('SC_CLK_TCK')
# The limits are there against strangers; the bench is one client with many connections.
LIMITS = '\n[limits]\nconnections = 20000\nconnections_per_client = 20000\n'


def free_port_base():
    """A base whose +465 and +587 are free on the loopback."""
    for base in range(21000, 64000, 1000):
        try:
            for offset in (1, 2, 25, 80, 465, 587):
                with socket.socket() as probe:
                    probe.bind(('127.0.0.1', base + offset))
            return base
        except OSError:
            continue
    sys.exit('bench: no free ports')


class Server:
    """A server of ours, and what the kernel says it costs."""

    def __init__(self, name, port, *command):
        self.name, self.port = name, port
        self.log = open(SITE / f'{name}.log', 'ab')
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        self.wait_until_ready()

    def wait_until_ready(self):
        for _ in range(200):
            if self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(('127.0.0.1', self.port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        sys.exit(f'bench: {self.name} does not start; see {self.log.name}')

    def cpu_seconds(self):
        fields = Path(f'/proc/{self.process.pid}/stat').read_text().rsplit(') ', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def settle(self):
        """Waits until it has delivered what it took: nearly no CPU for a second."""
        for _ in range(60):
            before = self.cpu_seconds()
            time.sleep(1)
            if self.cpu_seconds() - before < 0.05:
                return

    def rss_kib(self):
        for line in Path(f'/proc/{self.process.pid}/status').read_text().splitlines():
            if line.startswith('VmRSS:'):
                return int(line.split()[1])
        return 0

    def pss_kib(self):
        for line in Path(f'/proc/{self.process.pid}/smaps_rollup').read_text().splitlines():
            if line.startswith('Pss:'):
                return int(line.split()[1])
        return 0

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


def prepare(base, limits=LIMITS):
    """A site like that of `signet dev`, with limits that let one client do everything."""
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.mkdir(parents=True)
    first = Server('dev', base + 465, BUILD / 'signet', 'dev', '--dir', SITE / 'site',
                   '--port-base', str(base))
    first.stop()
    config = SITE / 'bench.toml'
    config.write_text((SITE / 'site/signet.toml').read_text() + limits)
    return config, (SITE / 'site/dev-password').read_text().strip()


def load(mode, server, password, **options):
    command = [BUILD / 'bench_load', mode, str(server.port), 'password', password]
    for name, value in options.items():
        command += [name, str(value)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def measure_stream(server, password, connections, seconds):
    before = server.cpu_seconds()
    client = load('stream', server, password, connections=connections, seconds=seconds)
    output, _ = client.communicate()
    if client.returncode != 0:
        sys.exit(f'bench: {server.name}: the load failed: {output}')
    result = json.loads(output)
    server.settle()  # delivery is part of what a message costs
    # A second of warm-up is in it.
    share = result['seconds'] / (result['seconds'] + 1)
    cpu = (server.cpu_seconds() - before) * share
    result['cpu_ms'] = 1000 * cpu / result['messages']
    return result


def bench_stream(servers, password, arguments):
    print('server  C    messages/s    p50 ms    p99 ms   CPU ms/message   of bare')
    for connections in arguments.connections:
        bare = None
        for server in servers:
            runs = [measure_stream(server, password, connections, arguments.seconds)
                    for _ in range(arguments.repeats)]
            best = sorted(runs, key=lambda run: run['rate'])[len(runs) // 2]
            bare = bare or best['rate']
            print(f"{server.name:7} {connections:<4} {best['rate']:10.0f} {best['p50_ms']:9.2f} "
                  f"{best['p99_ms']:9.2f} {best['cpu_ms']:16.3f} {best['rate'] / bare:9.1%}",
                  flush=True)


def open_idle(server, password, connections):
    client = load('idle', server, password, connections=connections)
    up = json.loads(client.stdout.readline())['up']
    time.sleep(1)
    return client, up


def bench_idle(servers, password, arguments):
    print('server  sessions   KiB/session   base KiB')
    for server in servers:
        # What the first few hundred set up for good is not theirs: caches, arenas, thread stacks.
        load('stream', server, password, connections=16, seconds=1).communicate()
        server.settle()
        first, _ = open_idle(server, password, 500)
        base = server.pss_kib()
        client, up = open_idle(server, password, arguments.sessions)
        grown = server.pss_kib() - base
        for held in (client, first):
            output, _ = held.communicate()
            if held.returncode != 0:
                sys.exit(f'bench: {server.name}: not all sessions stayed: {output}')
        print(f'{server.name:7} {up:<8} {grown / up:13.1f} {base:10}', flush=True)


def bench_net(arguments):
    output = subprocess.run([BUILD / 'bench_idle_sessions', str(arguments.sessions)],
                            check=True, capture_output=True, text=True).stdout
    result = json.loads(output)
    print(f"src/net alone: {result['kib_per_session']} KiB for each of {result['sessions']} "
          'idle TLS sessions')


def bench_spool(arguments):
    for drafts in arguments.connections:
        output = subprocess.run([BUILD / 'bench_queue_commit', str(drafts), '10240',
                                 str(arguments.seconds), ROOT / 'build'],
                                check=True, capture_output=True, text=True).stdout
        print('spool alone:', output.splitlines()[0], flush=True)


def bench_claims():
    for owners in (1, 1_000, 1_000_000):
        output = subprocess.run([BUILD / 'bench_queue_claims', '1000000', str(owners)],
                                check=True, capture_output=True, text=True).stdout
        print('turns alone:', output.splitlines()[0], flush=True)


def main():
    parser = argparse.ArgumentParser(prog='./dev bench', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('name', nargs='?', default='all',
                        choices=['stream', 'idle', 'net', 'spool', 'claims', 'slow', 'relay', 'auth',
                                 'lag', 'timing', 'postgresql', 'all'])
    parser.add_argument('--connections', default='1,16,64',
                        type=lambda text: [int(part) for part in text.split(',')])
    parser.add_argument('--seconds', type=int, default=5)
    parser.add_argument('--repeats', type=int, default=2)
    parser.add_argument('--sessions', type=int, default=2000)
    parser.add_argument('--samples', type=int, default=500, help='for timing, of each kind')
    parser.add_argument('--attacks', default=','.join(slow.ATTACKS),
                        type=lambda text: [(kind, slow.ATTACKS[kind]) for kind in text.split(',')])
    parser.add_argument('--beside', help='another signet, for relay')
    arguments = parser.parse_args()
    if arguments.name in ('net', 'all'):
        bench_net(arguments)
    if arguments.name in ('spool', 'all'):
        bench_spool(arguments)
    if arguments.name in ('claims', 'all'):
        bench_claims()
    if arguments.name in ('net', 'spool', 'claims'):
        return
    base = free_port_base()
    if arguments.name in ('slow', 'all'):
        slow.bench(sys.modules[__name__], base, arguments)
    if arguments.name in ('relay', 'all'):
        relay.bench(sys.modules[__name__], base, arguments)
    for name, part in (('auth', sign_in.bench), ('lag', sign_in.bench_lag), ('timing', timing.bench)):
        if arguments.name in (name, 'all'):
            part(sys.modules[__name__], base, arguments)
    if arguments.name in ('postgresql', 'all'):
        postgresql.bench(sys.modules[__name__], base, arguments)
    if arguments.name in ('slow', 'relay', 'auth', 'lag', 'timing', 'postgresql'):
        return
    config, password = prepare(base)
    servers = []
    try:
        site = SITE / 'site'
        servers.append(Server('bare', base + 1, BUILD / 'bench_bare_tls', str(base + 1),
                              site / 'certificate.pem', site / 'key.pem'))
        servers.append(Server('signet', base + 465, BUILD / 'signet', 'serve', '--config', config))
        if arguments.name in ('stream', 'all'):
            bench_stream(servers, password, arguments)
        if arguments.name in ('idle', 'all'):
            bench_idle(servers, password, arguments)
    finally:
        for server in servers:
            server.stop()
        for folder in ('state', 'mail', 'audit'):  # some hundred megabytes of messages
            shutil.rmtree(SITE / 'site' / folder, ignore_errors=True)


if __name__ == '__main__':
    main()

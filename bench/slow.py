"""./dev bench slow: honest clients and hostile ones at the same server, in one run.

For each attack a fresh server: the rate of 16 honest clients before it, while it lasts, and from
the moment it ends; what share of the rate they keep; what the server's memory grows by.
The limits are those of the defaults but for the total, which must let all of them in.
"""
import json
import subprocess
import sys
import time
from pathlib import Path

# Kind and how many of them.  bench/attack.py says what each does.
ATTACKS = {'silent': 14_000, 'half': 5_000, 'hello': 1_000, 'commands': 5_000, 'auth': 300,
           'data': 300, 'huge': 4}
LIMITS = """
[limits]
connections = 16000
recipients = 10000
connection_rate = "none"
command_rate = "none"
"""
HONEST = 16
HEADER = ('attack    clients   honest/s: before   during    kept    after    server MiB: before  '
          'grown   KiB/client')


def rate(run, server, password, seconds):
    client = run.load('stream', server, password, connections=HONEST, seconds=seconds)
    output, _ = client.communicate()
    if client.returncode != 0:
        sys.exit(f'bench: honest clients were refused: {output}')
    return json.loads(output)['rate']


def measure(run, server, password, kind, count, seconds):
    before = rate(run, server, password, seconds)
    server.settle()
    base = server.rss_kib()
    attack = subprocess.Popen(
        [sys.executable, Path(__file__).parent / 'attack.py', kind, str(server.submission_port),
         str(server.port), str(count), password],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    there = int(attack.stdout.readline() or 0)
    held = server.rss_kib() - base  # before honest clients add theirs
    during = rate(run, server, password, seconds)
    peak = server.rss_kib() - base
    attack.stdin.close()
    after = rate(run, server, password, 3)  # a second of it is the sign-in
    attack.stdout.read()
    attack.wait()
    print(f'{kind:9} {there:7} {before:18.0f} {during:8.0f} {during / before:7.0%} {after:8.0f} '
          f'{base / 1024:22.1f} {peak / 1024:6.1f} {held / max(there, 1):12.1f}', flush=True)


def bench(run, base, arguments):
    print(HEADER)
    for kind, count in arguments.attacks:
        config, password = run.prepare(base, LIMITS)
        server = run.Server('signet', base + 465, run.BUILD / 'signet', 'serve', '--config', config)
        server.submission_port = base + 587
        try:
            measure(run, server, password, kind, count, arguments.seconds)
        finally:
            server.stop()
            time.sleep(0.2)

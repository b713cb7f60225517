"""./dev bench auth: sign-ins a second, by mechanism, beside the bare server's and Dovecot's.

Each is a connection of its own: TLS with a full handshake, EHLO, AUTH, QUIT.  The bare server's own
shape is AUTH PLAIN, which it takes unseen; "same turns" is the bare server with the lines of the same
mechanism, of which it checks none.

./dev bench lag: how late the I/O threads come to their turn while the hash queue is full of wrong
passwords from many addresses, by the server's own metric.
"""
import json
import re
import statistics
import subprocess
import sys
import urllib.request

import dovecot
from issuer import Issuer

CLIENTS = 16
ACCOUNT = 'dev@localhost'
LIMITS = '''
[limits]
connections = 20000
connections_per_client = 20000
connection_rate = "none"
command_rate = "none"
'''
AUTH = '''
[auth]
mechanisms = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "OAUTHBEARER", "PLAIN"]
scram = "always"
'''
# Name, mechanism, with a cache, and whether Dovecot has it.
ROWS = [('PLAIN, warm cache', 'PLAIN', True, True),
        ('PLAIN, no cache', 'PLAIN', False, True),
        ('SCRAM-SHA-256', 'SCRAM-SHA-256', True, True),
        ('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256-PLUS', True, False),
        ('OAUTHBEARER', 'OAUTHBEARER', True, True)]
HEADER = ('mechanism            server      sign-ins/s    p50 ms    p99 ms   CPU ms each   of bare   '
          'of bare, same turns')


def config_for(run, base, issuer):
    """The settings with a cache, those without, and the password."""
    config, password = run.prepare(base, LIMITS)
    text = config.read_text()
    first, last = text.index('\n[auth]'), text.index('\n[account_limits]')
    cold = run.SITE / 'cold.toml'
    for path, more in ((config, ''), (cold, 'cache_life = "0s"\n')):
        path.write_text(text[:first] + AUTH + more + text[last:] + issuer.settings())
    return config, cold, password


def load(run, port, mechanism, secret, seconds, *more):
    done = subprocess.run([run.BUILD / 'bench_sign_in', str(port), mechanism, 'user', ACCOUNT, 'secret',
                           secret, 'seconds', str(seconds), *more], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f'bench: {mechanism} at {port}: {done.stdout}{done.stderr}')
    return json.loads(done.stdout)


def measure(run, server, mechanism, secret, seconds):
    cpu = getattr(server, 'cpu_seconds', lambda: 0.0)
    before = cpu()
    more = ['believe', 'yes'] if server.name == 'bare' else []
    result = load(run, server.port, mechanism, secret, seconds, 'connections', str(CLIENTS), *more)
    # A second of warm-up is in it.
    result['cpu_ms'] = (1000 * (cpu() - before) * result['seconds'] / (result['seconds'] + 1)
                        / result['sign_ins'])
    return result


def row(run, name, mechanism, secret_at, servers, arguments):
    """All of them in turn, so that what else the machine does hits each alike."""
    ways = [('bare, PLAIN', servers[0], 'PLAIN'), ('bare', servers[0], mechanism),
            *((server.name, server, mechanism) for server in servers[1:])]
    if mechanism == 'PLAIN':
        ways = [('bare', servers[0], 'PLAIN'), *ways[2:]]
    runs = {way[0]: [] for way in ways}
    for _ in range(arguments.repeats):
        for title, server, spoken in ways:
            runs[title].append(measure(run, server, spoken, secret_at(server), arguments.seconds))
    rates = {title: statistics.median(one['rate'] for one in all) for title, all in runs.items()}
    plain = rates.get('bare, PLAIN', rates['bare'])
    for title, all_runs in runs.items():
        middle = min(all_runs, key=lambda one: abs(one['rate'] - rates[title]))
        print(f"{name:20} {title:11} {rates[title]:10.0f} {middle['p50_ms']:9.2f} "
              f"{middle['p99_ms']:9.2f} {middle['cpu_ms']:13.3f} {rates[title] / plain:9.1%} "
              f"{rates[title] / rates['bare']:21.1%}", flush=True)


def bare_server(run, base):
    site = run.SITE / 'site'
    return run.Server('bare', base + 1, run.BUILD / 'bench_bare_tls', str(base + 1),
                      site / 'certificate.pem', site / 'key.pem')


def bench(run, base, arguments):
    issuer = Issuer()
    warm, cold, password = config_for(run, base, issuer)
    ours, theirs = issuer.token(ACCOUNT), issuer.token(ACCOUNT, 'JWT')  # RFC 9068; Dovecot's wish
    bare = bare_server(run, base)
    print(HEADER)
    try:
        for cache, config in ((True, warm), (False, cold)):
            signet = run.Server('signet', base + 465, run.BUILD / 'signet', 'serve', '--config', config)
            peer = dovecot.Dovecot(base + 2, base + 1, run.SITE / 'site', ACCOUNT, password, issuer, cache)
            there = not dovecot.missing()
            try:
                if there:
                    peer.__enter__()
                for name, mechanism, cached, has in ROWS:
                    if cached == cache:
                        servers = [bare, signet] + ([peer] if there and has else [])
                        tokens = mechanism == 'OAUTHBEARER'
                        row(run, name, mechanism, lambda server, tokens=tokens: (
                            password if not tokens else theirs if server is peer else ours),
                            servers, arguments)
            finally:
                signet.stop()
                if there:
                    peer.__exit__()
    finally:
        bare.stop()
        issuer.stop()


def figures(base):
    """Lag: how many beats were at most so late; and what the hash queue did."""
    with urllib.request.urlopen(f'http://127.0.0.1:{base + 80}/metrics') as page:
        text = page.read().decode()
    found = re.findall(r'signet_watchdog_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)', text)
    return {float(bound): float(count) for bound, count in found}


def bench_lag(run, base, arguments):
    issuer = Issuer()
    _, cold, _ = config_for(run, base, issuer)
    signet = run.Server('signet', base + 465, run.BUILD / 'signet', 'serve', '--config', cold)
    try:
        before = figures(base)
        seconds = max(arguments.seconds, 60)  # a beat of each thread a second: a hundred of them
        result = load(run, base + 465, 'PLAIN', 'not the password', seconds, 'connections', '400',
                      'sources', '200', 'pause', '1000', 'expect', '535')
        beats = {bound: count - before.get(bound, 0) for bound, count in figures(base).items()}
    finally:
        signet.stop()
        issuer.stop()
    total = beats[float('inf')]
    p99 = min(bound for bound, count in beats.items() if count >= 0.99 * total)
    within = beats.get(0.005, 0) / total
    print(f"loop lag under wrong passwords: {result['rate']:.0f}/s refused, {result['others']} besides; of "
          f"{total:.0f} beats 99 % at most {1000 * p99:g} ms late, {within:.1%} at most 5 ms", flush=True)

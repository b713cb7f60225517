"""./dev bench timing: does the time of an answer tell whether an account is there?

The same question with the names of an account and of nobody, in a random order, over TLS on the
loopback, where least hides a difference.  "As shipped" is with auth.failure_floor; without it the
time of the check itself is seen.  |z| and |t| beyond 4.5 (dudect's bound) tell them apart.
"""
import ctypes
import ctypes.util
import json
import subprocess

NO_LIMITS = '''
[limits]
connections = 1000
connections_per_client = 1000
connection_rate = "none"
command_rate = "none"
errors = {errors}
'''
AUTH = '''
[auth]
mechanisms = ["SCRAM-SHA-256", "PLAIN"]
failures = 1000
failure_step = "0s"
scram = "always"
'''
STORE = '''
[[store]]
name = "file"
kind = "passwd-file"
domains = ["file.example"]
file = {{ path = "{path}" }}
'''
HEADER = ('question                          samples   unknown: p50 µs   known: p50 µs        z        t  '
          't of quicker   apart')


def argon2id(password):
    """As Signet makes them: two passes over 19 MiB."""
    sodium = ctypes.CDLL(ctypes.util.find_library('sodium'))
    text = ctypes.create_string_buffer(128)
    done = sodium.crypto_pwhash_str(text, password, ctypes.c_ulonglong(len(password)),
                                    ctypes.c_ulonglong(2), ctypes.c_size_t(19 << 20))
    assert done == 0, 'no memory'
    return '{ARGON2ID}' + text.value.decode()


def sha512_crypt(password):
    made = subprocess.run(['openssl', 'passwd', '-6', password.decode()], capture_output=True,
                          text=True, check=True)
    return '{SHA512-CRYPT}' + made.stdout.strip()


def config_for(run, base, floor):
    config, _ = run.prepare(base, '')
    users = run.SITE / 'users'
    users.write_text(f'dev@file.example:{argon2id(b"right")}\nold@file.example:{sha512_crypt(b"right")}\n')
    users.chmod(0o600)
    text = config.read_text()
    first, last = text.index('\n[auth]'), text.index('\n[account_limits]')
    text = text[:first] + AUTH + f'failure_floor = "{floor}"\n' + text[last:]
    text += '\n[guessing]\ndelay = "0s"\n' + NO_LIMITS.format(errors=1000) + STORE.format(path=users)
    config.write_text(text)
    return config


def ask(run, base, what, mode, known, samples, connections):
    done = subprocess.run([run.BUILD / 'bench_timing', str(base + 465), mode, 'known', known,
                           'samples', str(samples), 'connections', str(connections)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        print(f'{what:33} {done.stderr.strip()}', flush=True)
        return
    got = json.loads(done.stdout)
    apart = any(abs(got[name]) > 4.5 for name in ('z', 't', 't_quicker'))
    print(f"{what:33} {got['samples']:7} {got['unknown']['p50']:17.1f} {got['known']['p50']:15.1f} "
          f"{got['z']:8.2f} {got['t']:8.2f} {got['t_quicker']:13.2f}   {'yes' if apart else 'no'}",
          flush=True)


def bench(run, base, arguments):
    few, many = arguments.samples, 10 * arguments.samples
    print(HEADER)
    for floor, name in (('0s', 'no floor'), ('1s', 'as shipped')):
        server = run.Server('signet', base + 465, run.BUILD / 'signet', 'serve', '--config',
                            config_for(run, base, floor))
        try:
            at_once = 1 if floor == '0s' else 20
            for store, known in (('database', 'dev@localhost'), ('Argon2id file', 'dev@file.example'),
                                 ('SHA-512 file', 'old@file.example')):
                ask(run, base, f'PLAIN, {store}, {name}', 'plain', known, few, at_once)
            if floor == '0s':
                ask(run, base, 'SCRAM salt, database', 'scram', 'dev@localhost', many, 1)
                ask(run, base, 'SCRAM salt, file', 'scram', 'dev@file.example', many, 1)
        finally:
            server.stop()

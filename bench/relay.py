"""./dev bench relay: messages that come in over TLS and go out to a smart host over TLS.

The smart host is the bare server, which keeps nothing: what is measured is taking, keeping, handing
on.  With --beside another binary of Signet (of an earlier commit, say) does the same in the same run.
"""
import re
import shutil
import time
import urllib.request

CONNECTIONS = 16


def config_for(run, base, port):
    """The site of `signet dev`, all of whose mail goes to localhost:port."""
    config, password = run.prepare(base)
    site = run.SITE / 'site'
    text = config.read_text()
    first = text.index('\n[[route]]')
    limits = text.index('\n[limits]', first)
    config.write_text(text[:first] + f'''
[[route]]
name = "up"
match = "*"
host = "localhost:{port}"
implicit_tls = true
ca = "{site}/ca.pem"
auth = {{ user = "dev@localhost", password = {{ file = "{site}/dev-password" }} }}
''' + text[limits:])
    return config, password


def figures(base):
    with urllib.request.urlopen(f'http://127.0.0.1:{base + 80}/metrics') as page:
        text = page.read().decode()
    waiting = sum(float(value) for value in
                  re.findall(r'signet_queue_messages\{[^}]*\} (\S+)', text))
    sessions = dict(re.findall(r'signet_delivery_sessions_total\{[^}]*session="(\w+)"\} (\S+)', text))
    return waiting, sessions


def measure(run, server, base, password, seconds):
    begun, before = time.monotonic(), server.cpu_seconds()
    taken = run.measure_stream(server, password, CONNECTIONS, seconds)
    while figures(base)[0] > 0 and time.monotonic() - begun < 300:
        time.sleep(0.1)
    # The load's first second is not in its count.
    messages = taken['messages'] * (seconds + 1) / seconds
    cpu = 1000 * (server.cpu_seconds() - before) / messages
    return messages / (time.monotonic() - begun), taken['rate'], cpu, figures(base)[1]


def bench(run, base, arguments):
    print('signet    taken/s   through/s   CPU ms/message   sessions')
    for name, binary in (('this', run.BUILD / 'signet'), ('beside', arguments.beside)):
        if not binary:
            continue
        config, password = config_for(run, base, base + 1)
        site = run.SITE / 'site'
        hop = run.Server('bare', base + 1, run.BUILD / 'bench_bare_tls', str(base + 1),
                         site / 'certificate.pem', site / 'key.pem')
        server = run.Server(name, base + 465, binary, 'serve', '--config', config)
        try:
            through, taken, cpu, sessions = measure(run, server, base, password, arguments.seconds)
            print(f'{name:8} {taken:8.0f} {through:11.0f} {cpu:16.3f}   {sessions}', flush=True)
        finally:
            server.stop()
            hop.stop()
            shutil.rmtree(site / 'state', ignore_errors=True)

"""What the documentation tells people to type or to write works as it stands."""
import re
import subprocess

import pytest

from conftest import RELEASE, ROOT
from peers import certificates

PAGES = [ROOT / 'README.md', *sorted((ROOT / 'docs').rglob('*.md'))]
GENERATED = re.compile(r'<!-- Generated')

# What a block of settings needs around it to be a whole file; left out where the block has its own.
AROUND = {
    'version': 'version = 1\nhostname = "localhost"\n',
    'tls': '[tls]\ncertificate = "/etc/signet/cert.pem"\nkey = "/etc/signet/key.pem"\n',
    'storage': '[storage]\npath = "/var/lib/signet"\n',
    'listener': '[[listener]]\nname = "l"\nrole = "submissions"\nbind = ["127.0.0.1:4650"]\n',
    'route': '[[route]]\nname = "r"\nmatch = ["*"]\nmaildir = "/var/lib/signet/mail"\n',
}


def blocks(language):
    for page in PAGES:
        text = page.read_text()
        if GENERATED.search(text):
            continue  # made by the program itself, and held to it by its unit tests
        for found in re.finditer(rf'^( *)```{language}\n(.*?)^ *```', text, re.M | re.S):
            indent, body = found.groups()
            body = re.sub(rf'^{indent}', '', body, flags=re.M)
            line = text.count('\n', 0, found.start()) + 2
            yield pytest.param(body, id=f'{page.relative_to(ROOT)}:{line}')


@pytest.mark.parametrize('block', blocks('toml'))
def test_settings_shown_are_valid(block, tmp_path):
    (tmp_path / 'signet').mkdir()
    certificates.write(tmp_path / 'signet')
    for name in re.findall(r'"/etc/signet/([^"]+)"', block):
        path = tmp_path / 'signet' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in ('cert.pem', 'key.pem'):
            continue
        alias_file = '[aliases]' in block
        path.write_bytes(b'' if alias_file else (tmp_path / 'signet/ca.pem').read_bytes())
        path.chmod(0o600)
    for stem in re.findall(r'"/etc/signet/([^"]+)-key.pem"', block):  # a further pair
        made = tmp_path / 'further'
        made.mkdir()
        certificates.write(made, names=(stem.split('/')[-1],))
        (made / 'cert.pem').rename(tmp_path / f'signet/{stem}.pem')
        (made / 'key.pem').rename(tmp_path / f'signet/{stem}-key.pem')
        (tmp_path / f'signet/{stem}-key.pem').chmod(0o600)
    for path in (tmp_path / 'signet').glob('*.pem'):
        path.chmod(0o600)
    top = '' if block.startswith('version') else AROUND['version']
    rest = ''.join(text for name, text in AROUND.items()
                   if name != 'version' and not re.search(rf'^\[+{name}\]', block, re.M))
    config = tmp_path / 'signet.toml'
    config.write_text((top + block + '\n' + rest).replace('/etc/signet/', f'{tmp_path}/signet/')
                      .replace('/var/lib/signet', f'{tmp_path}/state'))
    checked = subprocess.run([RELEASE, 'check', '--config', config],
                             capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, config.read_text() + checked.stdout + checked.stderr


@pytest.mark.parametrize('block', blocks('aliases'))
def test_aliases_shown_are_valid(block, tmp_path):
    certificates.write(tmp_path)
    (tmp_path / 'aliases').write_text(block)
    config = tmp_path / 'signet.toml'
    domains = ''.join(f'[[domain]]\nname = "{name}"\n' for name in ('example.com', 'old.example'))
    text = ''.join(AROUND.values()) + domains + '[aliases]\nfiles = "/etc/signet/aliases"\n'
    config.write_text(text.replace('/etc/signet/', f'{tmp_path}/')
                      .replace('/var/lib/signet', f'{tmp_path}/state'))
    checked = subprocess.run([RELEASE, 'check', '--config', config],
                             capture_output=True, text=True, timeout=60)
    assert '[ok] aliases' in checked.stdout, checked.stdout + checked.stderr


def sending_blocks():
    return [block for block in blocks('sh') if re.search(r'^(curl|swaks) ', block.values[0], re.M)]


@pytest.mark.parametrize('block', sending_blocks())
def test_the_first_message_is_sent_by_what_the_page_says(block, signet):
    before = len(signet.mail())
    command = (block.replace('var/dev', str(signet.dir))
               .replace('localhost:1587', f'localhost:{signet.submission_port}')
               .replace('--port 1587', f'--port {signet.submission_port}'))
    command = re.sub(r'^cat .*\n', '', command, flags=re.M)  # looking at it is ours to do
    done = subprocess.run(['bash', '-e', '-o', 'pipefail', '-c', command], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr + signet.log()
    signet.wait_for_mail(lambda _: len(signet.mail()) > before)


def test_there_is_something_to_test():
    assert len(sending_blocks()) >= 3
    assert len(list(blocks('toml'))) >= 2

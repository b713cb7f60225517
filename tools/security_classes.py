#!/usr/bin/python3
"""The classes of attack that other mail servers fell to, and the tests that hold Signet to each.

A test belongs to a class by its name: security_NN_… .  A class that applies and has no test is an
error, and so is a test of a class that does not exist.  `--tests` names every test.
"""
import argparse
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME = re.compile(r'\b(?:test_)?security_(\d\d)_(\w+)')

# What it is; from which part of Signet on it applies (None: now).
CLASSES = {
    1: ('smuggling in: an end of data that only one of two servers sees', None),
    2: ('smuggling out: a bare newline or a lone dot handed on', None),
    3: ('commands slipped in behind STARTTLS', None),
    4: ('replies slipped in, or TLS stripped, by or before a next hop', None),
    5: ('passwords or mail before TLS, state kept over STARTTLS, old TLS', None),
    6: ('another protocol on our ports, a PROXY header from a stranger', None),
    7: ('memory: base64 and the fields of SASL', None),
    8: ('AUTH out of order: abort, second AUTH, another mechanism', None),
    9: ('NUL, CR, LF and bad UTF-8 in names and passwords', None),
    10: ('names and senders that are code to a back end', None),
    11: ('one user taken for another', None),
    12: ('finding out which accounts exist', None),
    13: ('SCRAM: nonce, proof, binding, downgrade, replay', None),
    14: ('tokens: forged, expired, for somebody else', None),
    15: ('requests that others make us send into our own network', None),
    16: ('guessing, evading the block, locking out the victim', None),
    17: ('the command parser, order, and octets of BDAT run as commands', None),
    18: ('growth and slowness: lines, recipients, idle clients, half handshakes', None),
    19: ('bombs: headers, parameters, nested parts', None),
    20: ('addresses that are read in two ways, or as commands', None),
    21: ('one account sending as another', None),
    22: ('lines slipped into header or queue by a parameter', None),
    23: ('lines slipped into logs, secrets in logs', None),
    24: ('Unicode: look-alikes, invisible characters, case', None),
    25: ('open relay and routing tricks', None),
    26: ('loops, backscatter, reports about reports', None),
    27: ('an accepted message lost', None),
    28: ('the spool: links, modes, names used twice', None),
    29: ('forged DNS answers, TLS policies undone', None),
    30: ('the administration: sockets and pages', None),
}


def tests():
    found = collections.defaultdict(set)
    for folder in ('src', 'tests', 'fuzz'):
        for path in sorted((ROOT / folder).rglob('*')):
            if path.suffix not in ('.cc', '.py', '.smtp') and 'dialogue' not in path.parts:
                continue
            if not path.is_file():
                continue
            text = path.name + '\n' + path.read_text(encoding='utf-8', errors='replace')
            for number, rest in NAME.findall(text):
                found[int(number)].add(f'{path.relative_to(ROOT)}: security_{number}_{rest}')
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument('--tests', action='store_true', help='name every test')
    options = arguments.parse_args()
    found, faults = tests(), []
    print('| class | what it is | tests |\n|---|---|---|')
    for number, (what, waits_for) in CLASSES.items():
        count = len(found[number])
        print(f'| {number} | {what} | {count if count or not waits_for else "comes with " + waits_for} |')
        if options.tests:
            for name in sorted(found[number]):
                print(f'    {name}')
        if not count and not waits_for:
            faults.append(f'class {number} has no test named security_{number:02}_…')
    faults += [f'security_{number:02}: there is no such class' for number in found if number not in CLASSES]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())

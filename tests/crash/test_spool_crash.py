"""No accepted message is lost: a kill at every system call, and calls that fail.

RFC 5321 section 6.1.  spool_exerciser writes a synced ledger line for every promise it got; after
each crash the spool is opened again and compared:

  I1  what was acknowledged is there            I2  what is there is whole
  I5  what was acknowledged is in the audit log I6  nothing is acknowledged after a failed sync

A kill leaves the page cache as it is, so a missing sync would not be seen by it.  The exerciser
therefore also counts the syncs between a message's first octet and its acknowledgement.
"""
import os
import random
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

EXERCISER = os.environ['SPOOL_EXERCISER']
CRASH_POINT = os.environ['CRASH_POINT']
MESSAGES = '4'  # one of them large
KILLED = -signal.SIGKILL
WORKERS = 2 * (os.cpu_count() or 1)


def exercise(verb, at, *words, timeout=60, **crash_point):
    """Runs the exerciser in the folder `at`; crash_point: kill=3, torn=1, fail='sync:2:EIO', …"""
    environment = dict(os.environ, LD_PRELOAD=CRASH_POINT, CRASH_POINT_UNDER=str(at / 'spool'))
    for name, value in crash_point.items():
        environment[f'CRASH_POINT_{name.upper()}'] = str(value)
    ledger = [] if verb == 'verify' else [str(at / 'ledger')]
    return subprocess.run([EXERCISER, verb, str(at), *ledger, *words], env=environment,
                          capture_output=True, text=True, timeout=timeout)


def count_calls(verb, at, *words, **crash_point):
    """How many calls an orderly run makes: all, syncs, writes."""
    done = exercise(verb, at, *words, count=at / 'count', **crash_point)
    assert done.returncode == 0, done.stderr
    return [int(number) for number in (at / 'count').read_text().split()]


def words_of(path):
    """The words of each line that was written whole; what follows the last is torn."""
    text = path.read_text() if path.exists() else ''
    return [line.split() for line in text[:text.rfind('\n') + 1].splitlines()]


class Found:
    """What is in a spool after it was opened again, and what its ledger says."""

    def __init__(self, at):
        shown = exercise('verify', at)
        assert shown.returncode == 0, (shown.returncode, shown.stderr)
        lines = shown.stdout.splitlines()
        self.damage = [line for line in lines if line.startswith('damage:')]
        rows = [line.split() for line in lines if not line.startswith('damage:')]
        self.attempts = {row[0]: int(row[2]) for row in rows}
        self.broken = [row[0] for row in rows if row[1] != 'whole']
        self.ledger = words_of(at / 'ledger')
        self.audited = {id for _, event, id in words_of(at / 'audit')
                        if event == 'message.accepted'}

    def ids(self, word):
        return [line[1] for line in self.ledger if line[0] == word]

    def faults(self):
        """One sentence for each promise that was broken."""
        acked = self.ids('ack')
        return (self.damage + [f'{id} is not whole' for id in self.broken] +
                [f'{id} was acknowledged and is lost' for id in acked if id not in self.attempts] +
                [f'{id} is not in the audit log' for id in acked if id not in self.audited])


def in_parallel(work, items):
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, items))


def accept_with_a_kill(base, numbers, *words):
    """What was wrong after a kill at each of `numbers`; how many of them were reached."""
    def one(item):
        number, torn = item
        at = base / f'{number}-{torn}'
        at.mkdir()
        crash = {'kill': number, 'wait': 1, **({'torn': 1} if torn else {})}
        done = exercise('accept', at, MESSAGES, '1', *words, **crash)
        assert done.returncode in (0, KILLED), (number, done.returncode, done.stderr)
        faults = Found(at).faults()
        shutil.rmtree(at)
        return faults, done.returncode == KILLED
    answers = in_parallel(one, [(number, torn) for number in numbers for torn in (0, 1)])
    return [fault for faults, _ in answers for fault in faults], sum(hit for _, hit in answers)


def new_folder(path):
    path.mkdir()
    return path


def test_a_kill_at_every_call_of_the_accept_path_loses_nothing(tmp_path):
    calls = count_calls('accept', new_folder(tmp_path / 'dry'), MESSAGES, wait=1)[0]
    assert calls > 20
    faults, kills = accept_with_a_kill(tmp_path, range(1, calls + 1))
    assert faults == []
    assert kills > 1.5 * calls  # a background write more or less is no matter


def test_control_a_message_acknowledged_too_early_is_noticed(tmp_path):
    calls = count_calls('accept', new_folder(tmp_path / 'dry'), MESSAGES, wait=1)[0]
    faults, _ = accept_with_a_kill(tmp_path, range(1, calls + 1, 2), '--ack-before-commit')
    assert any('is lost' in fault for fault in faults)


def settled_as_promised(found, kept):
    """The exerciser delivers, defers and bounces in turn; `kept`: what was in the spool before."""
    faults = []
    for number, (_, id, *report) in enumerate(line for line in found.ledger if line[0] == 'try'):
        done = id in found.ids('done')
        here, reported = id in found.attempts, bool(report) and report[0] in found.attempts
        kind = ('delivered', 'deferred', 'failed')[number % 3]
        if kind == 'delivered' and done and here:
            faults.append(f'{id} was delivered and is still here')
        if kind == 'deferred' and (not here or (done and found.attempts[id] != 1)):
            faults.append(f'{id} was deferred and is not here as it was left')
        # One commit: the message goes and its report comes, or neither.  The report itself may
        # have been tried later.
        later = report and report[0] in found.ids('try')
        if kind == 'failed' and not later and here == reported:
            faults.append(f'{id} and its report {report[0]} are both {"here" if here else "lost"}')
    untouched = set(kept) - set(found.ids('try'))
    faults += [f'{id} was not touched and is lost' for id in untouched - set(found.attempts)]
    return faults + found.damage + [f'{id} is not whole' for id in found.broken]


def test_a_kill_at_every_call_of_the_settle_path_loses_nothing_and_repeats_nothing(tmp_path):
    full = new_folder(tmp_path / 'full')
    assert exercise('accept', full, MESSAGES).returncode == 0
    kept = Found(full).attempts
    (full / 'ledger').unlink()
    dry = shutil.copytree(full, tmp_path / 'dry')
    calls = count_calls('settle', dry, wait=1)[0]
    assert settled_as_promised(Found(dry), kept) == []

    def one(number):
        at = shutil.copytree(full, tmp_path / str(number))
        done = exercise('settle', at, kill=number, wait=1)
        assert done.returncode in (0, KILLED), done.stderr
        faults = settled_as_promised(Found(at), kept)
        shutil.rmtree(at)
        return faults
    assert sum(in_parallel(one, range(1, calls + 1)), []) == []


def test_a_kill_while_the_spool_recovers_from_a_kill_loses_nothing(tmp_path):
    crashed = new_folder(tmp_path / 'crashed')
    assert exercise('accept', crashed, '500', '8', kill=60, wait=1).returncode == KILLED
    calls = count_calls('verify', shutil.copytree(crashed, tmp_path / 'dry'))[0]

    def one(number):
        at = shutil.copytree(crashed, tmp_path / str(number))
        exercise('verify', at, kill=number)
        faults = Found(at).faults()
        shutil.rmtree(at)
        return faults
    assert sum(in_parallel(one, range(1, calls + 1)), []) == []


def accept_with_a_failure(base, number, kind, error):
    at = new_folder(base / f'{kind}-{number}-{error}')
    done = exercise('accept', at, MESSAGES, fail=f'{kind}:{number}:{error}', wait=1)
    assert done.returncode == 0, (number, done.returncode, done.stderr)  # 5: acked all the same
    found = Found(at)
    faults = found.faults()
    faults += [f'{id} was refused and is here' for id in found.ids('no') if id in found.attempts]
    if len(found.ids('ack')) != int(MESSAGES):
        faults.append(f'{number}: the spool did not come back')
    shutil.rmtree(at)
    return faults, len(found.ids('no'))


def test_nothing_is_acknowledged_after_a_sync_that_failed_and_the_spool_comes_back(tmp_path):
    syncs = 7  # each message's log; the large one's file, its directory and body/
    answers = in_parallel(lambda number: accept_with_a_failure(tmp_path, number, 'sync', 'EIO'),
                          range(1, syncs + 1))
    assert sum((faults for faults, _ in answers), []) == []
    assert [refused for _, refused in answers] == [1] * syncs


def test_nothing_is_lost_when_the_disk_is_full_for_a_moment(tmp_path):
    writes = count_calls('accept', new_folder(tmp_path / 'dry'), MESSAGES, wait=1)[2]
    answers = in_parallel(lambda number: accept_with_a_failure(tmp_path, number, 'write', 'ENOSPC'),
                          range(1, writes + 1))
    assert sum((faults for faults, _ in answers), []) == []
    assert sum(refused for _, refused in answers) >= int(MESSAGES)


def kill_under_load(at, chance):
    """Ends a run with 16 commits under way a random moment after its first promise."""
    ledger = at / 'ledger'
    before = ledger.stat().st_size if ledger.exists() else 0
    process = subprocess.Popen([EXERCISER, 'accept', str(at), str(ledger), '100000', '16'])
    while not ledger.exists() or ledger.stat().st_size == before:
        assert process.poll() is None
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 0.05))
    process.kill()
    process.wait()


def test_fifty_kills_at_random_under_load_lose_nothing(tmp_path):
    def one(seed):
        at, chance = new_folder(tmp_path / str(seed)), random.Random(seed)
        for _ in range(5):
            kill_under_load(at, chance)
        found = Found(at)
        shutil.rmtree(at)
        return found.faults(), len(found.ids('ack'))
    answers = in_parallel(one, range(10))
    assert sum((faults for faults, _ in answers), []) == []
    assert all(acked >= 5 for _, acked in answers)

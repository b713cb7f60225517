#!/usr/bin/env python3
"""Holds the tree to its own rules: floors, manifests, includes, sizes, references.

Each finding is one line, `file:line: [rule] what is wrong`.  A finding that is right as it is has
an entry in tidy_exceptions.toml with its reason; an entry that no finding needs is itself a finding,
so the list can only shrink or grow by a decision.  docs/decisions/0002 says why each rule is there.
"""
import argparse
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import cpp_shape

MAX_FUNCTION_LINES = 70
MAX_FILE_LINES = 400
MAX_FIELDS = 12
MAX_PARAMETERS = 7
PURE_FLOORS = range(0, 4)  # no socket, file, clock, thread or random source

HEAVY = re.compile(
    r'boost/(asio|beast|json|url)\b|openssl/|rocksdb/|sqlite3\.h|toml\+\+/|CLI/|fmt/|sodium'
    r'|crypt\.h|unicode/|unbound\.h')
IMPURE = re.compile(
    r'(thread|mutex|shared_mutex|condition_variable|future|stop_token|semaphore|latch|barrier'
    r'|fstream|filesystem|iostream|random|boost/asio.*|rocksdb/.*|sqlite3\.h|unbound\.h'
    r'|(sys|netinet|arpa|net|linux)/.*|(unistd|fcntl|poll|netdb|pthread|dirent|signal)\.h)$')
AWAITABLE = 'boost/asio/awaitable.hpp'
CLOCK = re.compile(r'\b(system_clock|steady_clock|high_resolution_clock)::now\b|\bstd::(time|rand)\(')
RFC = re.compile(r'\bRFC[\s-]*\d')
RFC_RIGHT = re.compile(r'RFC \d{3,5}\b(?!,? (?:s\.?\d|sec))')
LEFTOVER = re.compile(r'\b(' + 'TO' + 'DO|FIX' + r'ME|XX' + r'X)\b')


@dataclass
class Finding:
    rule: str
    file: str
    line: int
    what: str  # what an exception names: a header, a function, a struct, a folder
    message: str
    measure: int = 0

    def __str__(self):
        return f'{self.file}:{self.line}: [{self.rule}] {self.message}'


@dataclass
class Module:
    name: str
    folder: Path
    floor: int
    lists: dict
    text: str

    def names(self, key):
        return self.lists.get(key, [])


def read_manifest(path):
    """The signet_module() call of a folder, or None."""
    text = re.sub(r'#.*', '', path.read_text())
    call = re.search(r'signet_module\(([^)]*)\)', text)
    if not call:
        return None
    lists, key = {}, None
    for word in call.group(1).split():
        if word.isupper() and not word.endswith('.cc'):
            key = word
            lists[key] = []
        elif key:
            lists[key].append(word)
    return Module(lists['NAME'][0], path.parent, int(lists['FLOOR'][0]), lists, text)


class Tree:
    def __init__(self, root):
        self.root = Path(root)
        self.findings = []
        self.modules = {}
        self.shapes = {}
        self.included = {}  # folder -> folders that its files include, tests apart

    def report(self, rule, path, line, what, message, measure=0):
        self.findings.append(
            Finding(rule, str(path.relative_to(self.root)), line, what, message, measure))

    def sources(self, *folders):
        for folder in folders:
            for path in sorted((self.root / folder).rglob('*')):
                if path.suffix in ('.h', '.cc') and path.is_file():
                    yield path

    def shape(self, path):
        if path not in self.shapes:
            self.shapes[path] = cpp_shape.read(path.read_text())
        return self.shapes[path]

    # ---- folders and manifests ----

    def check_folders(self):
        listed = (self.root / 'src/CMakeLists.txt').read_text()
        for folder in sorted(p for p in (self.root / 'src').iterdir() if p.is_dir()):
            manifest = folder / 'CMakeLists.txt'
            if not manifest.is_file() or not (module := read_manifest(manifest)):
                self.report('manifest', folder, 1, folder.name, 'no signet_module() here')
                continue
            self.modules[module.name] = module
            if module.name != folder.name:
                self.report('manifest', manifest, 1, module.name, f'NAME is not {folder.name}')
            if not (folder / 'README.md').is_file():
                self.report('readme', folder, 1, folder.name, 'no README.md')
            if not re.search(rf'set\(floor_{module.floor}\b[^)]*\b{folder.name}\b', listed):
                self.report('manifest', manifest, 1, folder.name,
                            f'not on floor {module.floor} of src/CMakeLists.txt')
            for path in sorted(folder.rglob('*.cc')):
                if str(path.relative_to(folder)) not in re.findall(r'[\w./+-]+', module.text):
                    self.report('manifest', path, 1, path.name, 'not named in its manifest')

    def check_floors(self):
        for module in self.modules.values():
            manifest = module.folder / 'CMakeLists.txt'
            for name in module.names('REQUIRES'):
                required = self.modules.get(name)
                if not required:
                    self.report('floor', manifest, 1, name, f'REQUIRES {name}: no such module')
                elif required.floor > module.floor:
                    self.report('floor', manifest, 1, name,
                                f'floor {module.floor} may not stand on {name} of floor '
                                f'{required.floor}')
            if self.reaches(module.name, module.name, set()):
                self.report('floor', manifest, 1, module.name, 'requires itself, by a circle')

    def reaches(self, start, goal, seen):
        for name in self.modules[start].names('REQUIRES') if start in self.modules else ():
            if name == goal:
                return True
            if name in self.modules and name not in seen:
                seen.add(name)
                if self.reaches(name, goal, seen):
                    return True
        return False

    # ---- includes ----

    def check_includes(self):
        for module in self.modules.values():
            self.included[module.name] = set()
            for path in self.sources(module.folder.relative_to(self.root)):
                for include in self.shape(path).includes:
                    if include.quoted:
                        self.check_own_include(module, path, include)
                    else:
                        self.check_library_include(module, path, include)
            for name in module.names('REQUIRES'):
                if name not in self.included[module.name]:
                    self.report('unused', module.folder / 'CMakeLists.txt', 1, name,
                                f'REQUIRES {name}, and no file includes it')

    @staticmethod
    def is_support(module, path):
        """A test double, or its header."""
        return path.stem in [name.removesuffix('.cc') for name in module.names('SUPPORT')]

    def check_own_include(self, module, path, include):
        folder = include.path.split('/')[0]
        test = path.name.endswith('_test.cc')
        if not (self.root / 'src' / include.path).is_file():
            self.report('include', path, include.line, include.path,
                        f'"{include.path}": written from src/, it would be there')
            return
        if not test and not self.is_support(module, path):
            self.included[module.name].add(folder)
        allowed = {module.name, *module.names('REQUIRES')}
        if test or self.is_support(module, path):
            allowed |= set(module.names('TEST_REQUIRES'))
        if folder not in allowed:
            self.report('include', path, include.line, folder,
                        f'"{include.path}": {folder} is not in the manifest of {module.name}')

    def check_library_include(self, module, path, include):
        if include.path == AWAITABLE:
            return
        if path.suffix == '.h' and HEAVY.match(include.path):
            self.report('heavy', path, include.line, include.path,
                        f'<{include.path}> in a header is paid for by every file that reads it')
        proof = path.name.endswith('_test.cc') or self.is_support(module, path)
        if module.floor in PURE_FLOORS and not proof and IMPURE.match(include.path):
            self.report('pure', path, include.line, include.path,
                        f'<{include.path}> on floor {module.floor}: no socket, file, thread or '
                        'random source below floor 4')

    # ---- code ----

    def check_clocks(self):
        for module in self.modules.values():
            for path in self.sources(module.folder.relative_to(self.root)):
                if module.floor not in PURE_FLOORS or path.name.endswith('_test.cc'):
                    continue
                for found in CLOCK.finditer(self.shape(path).code):
                    line = self.shape(path).code.count('\n', 0, found.start()) + 1
                    self.report('pure', path, line, found.group(),
                                f'{found.group()}: time comes from a Clock below floor 4')

    def check_sizes(self):
        for path in self.sources('src', 'fuzz', 'bench'):
            shape = self.shape(path)
            for function in shape.functions:
                if function.lines > MAX_FUNCTION_LINES:
                    self.report('function', path, function.line, function.name,
                                f'{function.name} has {function.lines} lines of at most '
                                f'{MAX_FUNCTION_LINES}', function.lines)
                if function.parameters > MAX_PARAMETERS:
                    self.report('parameters', path, function.line, function.name,
                                f'{function.name} takes {function.parameters} parameters of at '
                                f'most {MAX_PARAMETERS}', function.parameters)
            for struct in shape.structs:
                if struct.fields > MAX_FIELDS:
                    self.report('fields', path, struct.line, struct.name,
                                f'{struct.name} has {struct.fields} fields of at most '
                                f'{MAX_FIELDS}', struct.fields)

    def check_lengths(self):
        paths = [*self.sources('src', 'fuzz', 'bench', 'tests'), self.root / 'dev']
        for folder in ('tools', 'tests', 'bench'):
            paths += sorted((self.root / folder).rglob('*.py'))
        for path in paths:
            if not path.is_file() or 'node_modules' in path.parts:
                continue
            text = path.read_text()
            lines = text.count('\n')
            if lines > MAX_FILE_LINES:
                self.report('file', path, 1, path.name,
                            f'{lines} lines of at most {MAX_FILE_LINES}', lines)
            for found in LEFTOVER.finditer(text):
                self.report('leftover', path, text.count('\n', 0, found.start()) + 1,
                            found.group(), f'{found.group()}: do it, or file it')

    def check_references(self):
        for path in self.sources('src'):
            for line, comment in self.comments_joined(path):
                for found in RFC.finditer(comment):
                    if not RFC_RIGHT.match(comment, found.start()):
                        self.report('rfc', path, line, found.group(),
                                    f'"{comment[found.start():][:24]}": written like RFC 5321 '
                                    '§4.1.1.4, so that it can be found')

    def comments_joined(self, path):
        """Comments on lines that follow each other, as one text."""
        joined = []
        for line, text in self.shape(path).comments:
            text = re.sub(r'^//+ ?|^/\*+|\*/$', '', text)
            if joined and joined[-1][2] == line - 1:
                joined[-1] = (joined[-1][0], joined[-1][1] + ' ' + text, line)
            else:
                joined.append((line, text, line + text.count('\n')))
        return [(line, re.sub(r'\s+', ' ', text)) for line, text, _ in joined]

    def check_headers(self):
        used = {include.path for path in self.sources('src', 'fuzz', 'bench', 'tests')
                for include in self.shape(path).includes if include.quoted}
        precompiled = (self.root / 'cmake/module.cmake').read_text()
        for path in self.sources('src'):
            name = str(path.relative_to(self.root / 'src'))
            if path.suffix != '.h':
                continue
            if '#pragma once' not in path.read_text():
                self.report('header', path, 1, path.name, 'no #pragma once')
            if name not in used and name not in precompiled:
                self.report('header', path, 1, path.name, 'no file includes it')

    def check_fuzzers(self):
        listed = self.root / 'fuzz/CMakeLists.txt'
        names = re.findall(r'^signet_fuzzer\(NAME (\w+)', listed.read_text(), re.M)
        for path in sorted((self.root / 'fuzz').glob('fuzz_*.cc')):
            name = path.stem.removeprefix('fuzz_')
            if name not in names:
                self.report('fuzzer', path, 1, name, 'not registered in fuzz/CMakeLists.txt')
            if not any((self.root / 'fuzz/corpus' / name).glob('*')):
                self.report('fuzzer', path, 1, name, f'no seed in fuzz/corpus/{name}')

    def check_links(self):
        pages = [*self.root.glob('*.md'), *(self.root / 'docs').rglob('*.md'),
                 *(self.root / 'src').rglob('*.md')]
        for page in sorted(pages):
            for found in re.finditer(r'\]\(([^)#:\s]+)(?:#[^)]*)?\)', page.read_text()):
                if not (page.parent / found.group(1)).exists():
                    line = page.read_text().count('\n', 0, found.start()) + 1
                    self.report('link', page, line, found.group(1),
                                f'{found.group(1)} is not there')

    def check_decisions(self):
        folder = self.root / 'docs/decisions'
        index = (folder / 'README.md').read_text() if folder.is_dir() else ''
        for page in sorted(folder.glob('[0-9]*.md')):
            if f'({page.name})' not in index:
                self.report('decision', page, 1, page.name, 'not in docs/decisions/README.md')

    def check(self):
        self.check_folders()
        self.check_floors()
        self.check_includes()
        self.check_clocks()
        self.check_sizes()
        self.check_lengths()
        self.check_references()
        self.check_headers()
        self.check_fuzzers()
        self.check_links()
        self.check_decisions()
        return self.findings


def read_exceptions(path):
    return tomllib.loads(path.read_text()).get('exception', []) if path.is_file() else []


def apply_exceptions(root, findings, exceptions):
    """What is left: findings without an exception, and exceptions without a finding or a reason."""
    left, used = [], set()
    for finding in findings:
        for i, entry in enumerate(exceptions):
            same = (entry.get('rule'), entry.get('file'), entry.get('what')) == (
                finding.rule, finding.file, finding.what)
            if same and finding.measure <= entry.get('limit', finding.measure):
                used.add(i)
                break
        else:
            left.append(finding)
    for i, entry in enumerate(exceptions):
        where = f"{entry.get('rule')} {entry.get('file')} {entry.get('what')}"
        problem = None
        if i not in used:
            problem = 'no finding needs it any more, or it grew past its limit'
        elif not entry.get('reason'):
            problem = 'has no reason'
        elif not (Path(root) / entry.get('decision', '-')).is_file():
            problem = 'its decision is not in docs/decisions/'
        if problem:
            left.append(Finding('exception', 'tools/tidy_exceptions.toml', i + 1, where,
                                f'{where}: {problem}'))
    return left


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('root', nargs='?', default=Path(__file__).resolve().parent.parent)
    root = Path(parser.parse_args().root)
    exceptions = read_exceptions(root / 'tools/tidy_exceptions.toml')
    left = apply_exceptions(root, Tree(root).check(), exceptions)
    for finding in left:
        print(finding)
    print(f'tidy: {len(left)} findings, {len(exceptions)} exceptions')
    return 1 if left else 0


if __name__ == '__main__':
    sys.exit(main())

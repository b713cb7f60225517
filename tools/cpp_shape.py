"""Reads the shape of a C++ file written in our style: functions, structs, includes, comments.

No compiler: a scanner that knows comments, literals and brackets.  It is exact for what
clang-format leaves behind, and tidy_test.py holds it to that.
"""
import bisect
import re
from dataclasses import dataclass, field

_LEXEME = re.compile(
    r'//(?:[^\n\\]|\\.|\\\n)*'                       # comment to the end of the line
    r'|/\*.*?\*/'                                    # comment in a block
    r'|R"(?P<tag>[^()\\\s]*)\(.*?\)(?P=tag)"'        # raw string
    r'|"(?:[^"\\\n]|\\.)*"'                          # string
    r"|(?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)+'",         # character, not a digit separator
    re.S)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)
_DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', re.M | re.S)
_ACCESS = re.compile(r'\b(public|private|protected)\s*:(?!:)')
_NOT_A_FIELD = re.compile(
    r'(using|friend|static|typedef|static_assert|template|enum|struct|class|union)\b')
_TYPE_AND_MEMBER = re.compile(r'^(enum|struct|class|union)\b[^{;]*\{.*\}\s*(?=\w)', re.S)
_TYPE = re.compile(r'(?:^|\s)(struct|class|union)\s+(?:\[\[.*?\]\]\s*)?([\w:]+)')


@dataclass
class Function:
    name: str
    line: int
    lines: int
    parameters: int


@dataclass
class Struct:
    name: str
    line: int
    fields: int = 0


@dataclass
class Include:
    line: int
    quoted: bool
    path: str


@dataclass
class Shape:
    lines: int
    includes: list = field(default_factory=list)
    functions: list = field(default_factory=list)
    structs: list = field(default_factory=list)
    comments: list = field(default_factory=list)  # (line, text)
    code: str = ''                                # without comments, literals and directives


def _blank(text, fill=' '):
    return ''.join(c if c == '\n' else fill for c in text)


def _matching(code, at):
    """Where the bracket that opens at `at` closes."""
    depth = 0
    for i in range(at, len(code)):
        if code[i] in '([{':
            depth += 1
        elif code[i] in ')]}':
            depth -= 1
            if depth == 0:
                return i
    return len(code) - 1


def _without_angles(text):
    """Drops template arguments, innermost first; comparison operators do not occur in heads."""
    text = text.replace('->', '  ')
    while True:
        shorter = re.sub(r'<[^<>;]*>', '', text)
        if shorter == text:
            return text
        text = shorter


def _without_attributes(head):
    return re.sub(r'\[\[.*?\]\]', '', head, flags=re.S)


def _parameter_list(head):
    """(name, text between the brackets) of the function that `head` declares, or None."""
    head = re.sub(r'\boperator\s*\(\)', 'operator_call', _without_attributes(head))
    plain = _without_angles(head)
    call = re.search(r'((?:\w+::)*operator\s*[^\s\w(]+|[\w:]*~?\w+)\s*\(', plain)
    if not call or call.group(1) in ('if', 'for', 'while', 'switch', 'alignas', 'noexcept'):
        return None
    start = call.end() - 1
    return call.group(1).strip(), plain[start + 1:_matching(plain, start)]


def _count_parameters(text):
    """Commas outside of brackets, and one."""
    text = text.strip()
    if text in ('', 'void'):
        return 0
    depth, count = 0, 1
    for c in text:
        depth += (c in '([{') - (c in ')]}')
        count += c == ',' and depth == 0
    return count


class _Scanner:
    """Walks over file, namespace and class scopes; what is inside a function is only measured."""

    def __init__(self, code, shape):
        self.code = code
        self.shape = shape
        self.breaks = [i for i, c in enumerate(code) if c == '\n']

    def line(self, at):
        return bisect.bisect_left(self.breaks, at) + 1

    def scope(self, at, end, struct=None):
        start = at  # where the statement that is being read begins
        while at < end:
            c = self.code[at]
            if c in '([':
                at = _matching(self.code, at)
            elif c == ';':
                self.declaration(start, at, struct)
                start = at + 1
            elif c == '{':
                close = _matching(self.code, at)
                if self.block(start, at, close):
                    start = close + 1
                at = close
            at += 1

    def block(self, start, at, close):
        """A `{`; true if the statement ends where it closes."""
        head = _ACCESS.sub('', self.code[start:at])
        outer = _without_angles(re.sub(r'^\s*template\s*<', '<', head))
        bare = re.sub(r'\(.*', '', outer, flags=re.S)
        first = len(self.code[start:at]) - len(self.code[start:at].lstrip()) + start
        if re.match(r'\s*(inline\s+)?namespace\b|\s*extern\s*$', bare):
            self.scope(at + 1, close)
            return True
        if re.search(r'(^|\s)enum\b', bare):
            return False
        kind = _TYPE.search(bare)
        if kind and '=' not in bare:
            struct = Struct(kind.group(2), self.line(first))
            self.shape.structs.append(struct)
            self.scope(at + 1, close, struct)
            return False
        if re.search(r'=\s*\[', head):  # a lambda that makes a constant
            name = re.search(r'(\w+)\s*=\s*\[', head)
            self.function(name.group(1) if name else 'lambda', first, close, 0)
            return False
        if '=' in re.sub(r'operator\s*[^\s\w(]+', '', bare):
            return False
        declared = _parameter_list(head)
        if not declared or self.is_member_initialiser(head):
            return False
        self.function(declared[0], first, close, _count_parameters(declared[1]))
        return True

    @staticmethod
    def is_member_initialiser(head):
        """`Name() : a_(1), b_` before `{`: the body is still to come."""
        after = head[head.rfind(')') + 1:] if ')' in head else ''
        colon = re.search(r'\)\s*(?:noexcept\s*)?:(?!:)', head)
        if not colon:
            return False
        return re.search(r'[\w>]\s*$', head) is not None or after.strip() == ':'

    def function(self, name, first, close, parameters):
        begin, last = self.line(first), self.line(close)
        self.shape.functions.append(Function(name, begin, last - begin + 1, parameters))

    def declaration(self, start, at, struct):
        text = _ACCESS.sub('', self.code[start:at]).strip()
        if not text or text.startswith(('using', 'friend class', 'friend struct')):
            return
        text = _TYPE_AND_MEMBER.sub('type ', text)
        plain = _without_angles(text)
        head = plain if 'operator' in plain else re.split(r'[={]', plain)[0]
        if '(' in head:
            declared = _parameter_list(text)
            if declared:
                first = start + len(self.code[start:at]) - len(self.code[start:at].lstrip())
                count = _count_parameters(declared[1])
                self.shape.functions.append(
                    Function(declared[0], self.line(first), 0, count))
        elif struct and not _NOT_A_FIELD.match(text) and re.search(r'\w[\s*&]+\w', head):
            struct.fields += _count_parameters(plain)


def read(text):
    shape = Shape(lines=text.count('\n'))
    for found in _INCLUDE.finditer(text):
        shape.includes.append(
            Include(text.count('\n', 0, found.start(2)) + 1, found.group(1) == '"',
                    found.group(2)))

    def strip(found):
        lexeme = found.group()
        if lexeme.startswith('/'):
            line = text.count('\n', 0, found.start()) + 1
            shape.comments.append((line, lexeme))
            return _blank(lexeme)
        return lexeme[0] + _blank(lexeme[1:-1], 'x') + lexeme[-1]

    code = _LEXEME.sub(strip, text)
    shape.code = _DIRECTIVE.sub(lambda found: _blank(found.group()), code)
    _Scanner(shape.code, shape).scope(0, len(shape.code))
    return shape

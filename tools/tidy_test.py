#!/usr/bin/env python3
"""Each rule of tidy.py against a small tree that keeps it and one that breaks it."""
import tempfile
import unittest
from pathlib import Path

import cpp_shape
import tidy

CLEAN = {
    'dev': '#!/bin/bash\n',
    'cmake/module.cmake': '',
    'src/CMakeLists.txt': 'set(floor_0 base)\nset(floor_2 smtp sasl)\nset(floor_4 net)\n',
    'src/base/CMakeLists.txt': 'signet_module(NAME base FLOOR 0 SOURCES text.cc TESTS text_test.cc)\n',
    'src/base/README.md': '# base\n',
    'src/base/text.h': '// Text (RFC 5321).\n#pragma once\nint f(int a, int b);\n',
    'src/base/text.cc': '#include "base/text.h"\nint f(int a, int b) {\n    return a + b;\n}\n',
    'src/base/text_test.cc': '#include "base/text.h"\n#include <fstream>\n',
    'src/smtp/CMakeLists.txt': 'signet_module(NAME smtp FLOOR 2 SOURCES line.cc REQUIRES base)\n',
    'src/smtp/README.md': '# smtp\n',
    'src/smtp/line.cc': '#include "base/text.h"\n// RFC 5321 §4.1 rules.\n',
    'src/sasl/CMakeLists.txt': 'signet_module(NAME sasl FLOOR 2 SOURCES plain.cc)\n',
    'src/sasl/README.md': '# sasl\n',
    'src/sasl/plain.cc': 'int plain();\n',
    'src/net/CMakeLists.txt': 'signet_module(NAME net FLOOR 4 SOURCES tcp.cc)\n',
    'src/net/README.md': '# net\n',
    'src/net/tcp.cc': '#include <boost/asio/ip/tcp.hpp>\n#include <thread>\n',
    'fuzz/CMakeLists.txt': 'signet_fuzzer(NAME text MODULES base)\n',
    'fuzz/fuzz_text.cc': '#include "base/text.h"\n',
    'fuzz/corpus/text/one': 'x',
}


def findings(**changed):
    """What tidy finds in the clean tree with these files changed; None takes a file away."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in {**CLEAN, **changed}.items():
            if text is None:
                continue
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return tidy.Tree(root).check()


def rules(changed):
    return [(f.rule, f.what) for f in findings(**changed)]


class Folders(unittest.TestCase):
    def test_the_clean_tree_has_no_finding(self):
        self.assertEqual([str(f) for f in findings()], [])

    def test_each_folder_has_a_readme(self):
        self.assertEqual(rules({'src/net/README.md': None}), [('readme', 'net')])

    def test_each_folder_has_a_manifest(self):
        self.assertIn(('manifest', 'net'), rules({'src/net/CMakeLists.txt': None}))

    def test_each_file_is_named_in_its_manifest(self):
        self.assertEqual(rules({'src/net/stray.cc': ''}), [('manifest', 'stray.cc')])

    def test_a_folder_is_built_on_the_floor_it_claims(self):
        self.assertEqual(rules({'src/CMakeLists.txt': 'set(floor_0 base smtp sasl)\nset(floor_4 net)'}),
                         [('manifest', 'sasl'), ('manifest', 'smtp')])


class Floors(unittest.TestCase):
    def test_a_folder_stands_on_lower_floors_only(self):
        self.assertIn(('floor', 'net'), rules(
            {'src/smtp/CMakeLists.txt': 'signet_module(NAME smtp FLOOR 2 SOURCES line.cc REQUIRES base net)'}))

    def test_a_sibling_may_be_named_but_not_in_a_circle(self):
        named = {'src/smtp/line.cc': '#include "sasl/mechanism.h"\n#include "base/text.h"\n',
                 'src/sasl/mechanism.h': '#pragma once\n',
                 'src/smtp/CMakeLists.txt':
                     'signet_module(NAME smtp FLOOR 2 SOURCES line.cc REQUIRES base sasl)'}
        self.assertEqual(rules(named), [])
        named['src/smtp/line.h'] = '#pragma once\n'
        named['src/sasl/plain.cc'] = '#include "smtp/line.h"\n'
        named['src/sasl/CMakeLists.txt'] = \
            'signet_module(NAME sasl FLOOR 2 SOURCES plain.cc REQUIRES smtp)'
        self.assertIn(('floor', 'sasl'), rules(named))

    def test_an_include_must_be_named_though_it_is_reached_through_another(self):
        self.assertEqual(rules({'src/net/tcp.cc': '#include "base/text.h"\n'}), [('include', 'base')])

    def test_a_requirement_that_nothing_uses_is_found(self):
        self.assertEqual(rules({'src/smtp/line.cc': ''}), [('unused', 'base')])

    def test_only_tests_include_what_tests_require(self):
        manifest = 'signet_module(NAME sasl FLOOR 2 SOURCES plain.cc TESTS a_test.cc TEST_REQUIRES base)'
        tree = {'src/sasl/CMakeLists.txt': manifest,
                'src/sasl/a_test.cc': '#include "base/text.h"\n'}
        self.assertEqual(rules(tree), [])
        tree['src/sasl/plain.cc'] = '#include "base/text.h"\n'
        self.assertEqual(rules(tree), [('include', 'base')])

    def test_a_quoted_include_starts_at_src(self):
        self.assertEqual(rules({'src/base/text.cc': '#include "text.h"\n'}), [('include', 'text.h')])


class Headers(unittest.TestCase):
    def test_low_floors_touch_no_socket_file_thread_clock_or_chance(self):
        for header in ('thread', 'mutex', 'fstream', 'filesystem', 'random', 'sys/socket.h',
                       'boost/asio/steady_timer.hpp', 'unistd.h'):
            self.assertEqual(rules({'src/base/text.cc': f'#include <{header}>\n'}),
                             [('pure', header)])
        self.assertEqual(rules({'src/base/text.cc': '#include <boost/asio/awaitable.hpp>\n'}), [])
        self.assertEqual(rules({'src/base/text.cc': 'auto t = std::chrono::steady_clock::now();\n'}),
                         [('pure', 'steady_clock::now')])
        self.assertEqual(rules({'src/base/text.cc': '// steady_clock::now is not for here\n'}), [])

    def test_heavy_headers_stay_out_of_headers(self):
        for header in ('boost/asio.hpp', 'openssl/ssl.h', 'rocksdb/db.h', 'sqlite3.h', 'fmt/core.h',
                       'toml++/toml.h', 'CLI/CLI.hpp', 'boost/json.hpp'):
            self.assertEqual(
                rules({'src/net/tcp.h': f'#pragma once\n#include <{header}>\n',
                       'src/net/tcp.cc': '#include "net/tcp.h"\n'}), [('heavy', header)])

    def test_a_header_is_guarded_and_used(self):
        self.assertEqual(rules({'src/net/tcp.h': ''}), [('header', 'tcp.h'), ('header', 'tcp.h')])


class Sizes(unittest.TestCase):
    def test_a_function_has_at_most_70_lines(self):
        body = '    f();\n' * 68
        self.assertEqual(rules({'src/net/tcp.cc': 'void g() {\n' + body + '}\n'}), [])
        self.assertEqual(rules({'src/net/tcp.cc': 'void g() {\n    f();\n' + body + '}\n'}),
                         [('function', 'g')])

    def test_a_file_has_at_most_400_lines(self):
        self.assertEqual(rules({'src/net/tcp.cc': '\n' * 401}), [('file', 'tcp.cc')])

    def test_a_struct_has_at_most_12_fields(self):
        fields = ''.join(f'    int f{i} = {i};\n' for i in range(12))
        methods = '    void f(int a = 1);\n    bool operator==(const S&) const = default;\n'
        self.assertEqual(rules({'src/net/tcp.cc': f'struct S {{\n{fields}{methods}}};\n'}), [])
        self.assertEqual(rules({'src/net/tcp.cc': f'struct S {{\n{fields}    std::map<int, int> m;\n}};\n'}),
                         [('fields', 'S')])

    def test_a_function_takes_at_most_7_parameters(self):
        seven = 'int a, int b, int c, int d, int e, int f, std::map<int, int> g'
        self.assertEqual(rules({'src/net/tcp.cc': f'void g({seven});\n'}), [])
        self.assertEqual(rules({'src/net/tcp.cc': f'void g({seven}, int h);\n'}),
                         [('parameters', 'g')])
        self.assertEqual(rules({'src/net/tcp.cc': f'void g({seven}, int h) {{}}\n'}),
                         [('parameters', 'g')])


class Words(unittest.TestCase):
    def test_an_rfc_is_named_in_one_way(self):
        for wrong in ('RFC5321 §4', 'RFC-5321 §4', 'RFC 5321 section 4',
                      'RFC 5321, section 4', 'RFC 5321 s4'):
            self.assertEqual([f.rule for f in findings(**{'src/net/tcp.cc': f'int a;\n// {wrong}\n'})],
                             ['rfc'], wrong)
        self.assertEqual(rules({'src/net/tcp.cc': 'int a;\n// As RFC 5321\n// §4.5 has it.\n'}), [])
        self.assertEqual(rules({'src/net/tcp.cc': '// SMTP: RFC 5321, RFC 6409 appendix A.\n'}), [])

    def test_nothing_is_left_to_do(self):
        for word in ('TO' 'DO', 'FIX' 'ME'):
            self.assertEqual(rules({'src/net/tcp.cc': f'// {word}: later\n'}), [('leftover', word)])

    def test_a_fuzzer_is_registered_and_has_seeds(self):
        self.assertEqual(rules({'fuzz/fuzz_new.cc': ''}), [('fuzzer', 'new'), ('fuzzer', 'new')])


    def test_a_link_leads_somewhere(self):
        page = '[a](b.md) [b](src/base/text.h#L1) [c](https://example.org/x) [d](#here)\n'
        self.assertEqual(rules({'docs/b.md': '', 'README.md': page}), [('link', 'b.md')])
        self.assertEqual(rules({'b.md': '', 'README.md': page}), [])


    def test_a_decision_is_in_the_index(self):
        tree = {'docs/decisions/README.md': '', 'docs/decisions/0001-why.md': ''}
        self.assertEqual(rules(tree), [('decision', '0001-why.md')])
        tree['docs/decisions/README.md'] = '[0001](0001-why.md)'
        self.assertEqual(rules(tree), [])


class Exceptions(unittest.TestCase):
    def left(self, found, *entries):
        with tempfile.TemporaryDirectory() as root:
            (Path(root) / 'why.md').write_text('because')
            return [f.rule for f in tidy.apply_exceptions(root, found, list(entries))]

    def test_an_exception_covers_what_it_names_and_ends_with_it(self):
        big = tidy.Finding('function', 'a.cc', 1, 'f', '', measure=80)
        entry = {'rule': 'function', 'file': 'a.cc', 'what': 'f', 'reason': 'a table',
                 'decision': 'why.md', 'limit': 80}
        self.assertEqual(self.left([big], entry), [])
        self.assertEqual(self.left([big]), ['function'])
        self.assertEqual(self.left([], entry), ['exception'])
        self.assertEqual(self.left([big], {**entry, 'limit': 79}), ['function', 'exception'])
        self.assertEqual(self.left([big], {**entry, 'reason': ''}), ['exception'])
        self.assertEqual(self.left([big], {**entry, 'decision': 'gone.md'}), ['exception'])


class Shapes(unittest.TestCase):
    """What the scanner must not stumble over."""

    def functions(self, code):
        return [(f.name, f.lines, f.parameters) for f in cpp_shape.read(code).functions if f.lines]

    def test_functions(self):
        cases = [
            ('template <class T, class U>\nstd::map<T, U> f(const std::map<T, U>& m) {\n}\n', ('f', 3, 1)),
            ('A::A(int x) : a_{x}, b_(1) {\n    g();\n}\n', ('A::A', 3, 1)),
            ('A::A(int x)\n    : A{x, 1} {}\n', ('A::A', 2, 1)),
            ('bool A::operator==(const A& o) const { return true; }\n', ('A::operator==', 1, 1)),
            ('int f(B b = {1, 2}) { return 0; }\n', ('f', 1, 1)),
            ('TEST(Suite, a_sentence) {\n    int big = 1\'000\'000;\n}\n', ('TEST', 3, 2)),
            ('auto f() -> std::expected<int, E> {\n}\n', ('f', 2, 0)),
            ('[[nodiscard]] int f(void (*callback)(int), int b) noexcept {\n}\n', ('f', 2, 2)),
            ('constexpr auto kTable = [] {\n    return 1;\n}();\n', ('kTable', 3, 0)),
            ('const char* f() {\n    return R"(} " {)";\n}\n', ('f', 3, 0)),
            ('int f() {\n    return \'{\';  // }\n}\n', ('f', 3, 0)),
            ('int A::operator()(int a) const { return a; }\n', ('A::operator_call', 1, 1)),
        ]
        for code, expected in cases:
            with self.subTest(code):
                self.assertEqual(self.functions('namespace a::b {\n' + code + '}\n'), [expected])

    def test_what_is_no_function(self):
        for code in ('int table[] = {1, 2};\n', 'const std::vector<int> v{f(1), 2};\n',
                     'enum class E : int { a, b };\n', 'static_assert(sizeof(int) == 4);\n'):
            with self.subTest(code):
                self.assertEqual(self.functions(code), [])

    def test_fields(self):
        code = '''
class C final : public Base<int> {
public:
    explicit C(int a) : a_{a} {}
    using T = int;
    static constexpr int kMax = 3;
    enum class Why { x, y } why = Why::x;
    struct Inner { int one; int two; };
    std::function<void(int, int)> callback;
    std::string sender, recipient;
    const Clock& clock_;
    std::array<int, 3> three_{};
    int called_ = f(1, 2), also_ = 3;
private:
    friend class D;
    int* raw_ = nullptr;
};
'''
        found = {s.name: s.fields for s in cpp_shape.read(code).structs}
        self.assertEqual(found, {'C': 9, 'Inner': 2})


if __name__ == '__main__':
    unittest.main()

#include "mail/address_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::mail {
namespace {

using std::string_literals::operator""s;
using Fault = AddressListFault;

// "name|local@domain", a "?" behind what is disputed; or the fault.
std::string read(std::string_view raw, const AddressListLimits& limits = {}) {
    const auto list = parse_address_list(raw, limits);
    if (!list) return std::string{name(list.error())};
    std::string all;
    for (const auto& one : *list) {
        if (!all.empty()) all += "; ";
        if (!one.display_name.empty()) all += one.display_name + "|";
        all += one.mailbox.text() + (one.disputed ? "?" : "");
    }
    return all;
}

struct Case {
    std::string raw, read;
};

void expect(const std::vector<Case>& cases) {
    for (const auto& c : cases) EXPECT_EQ(read(c.raw), c.read) << c.raw;
}

// RFC 5322 appendix A.1, A.5 and A.6, as printed there.
TEST(AddressList, the_examples_of_rfc_5322_are_read) {
    expect({
        {" John Doe <jdoe@machine.example>", "John Doe|jdoe@machine.example"},
        {" Mary Smith <mary@example.net>", "Mary Smith|mary@example.net"},
        {" \"Joe Q. Public\" <john.q.public@example.com>",
         "Joe Q. Public|john.q.public@example.com"},
        {" Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
         "Mary Smith|mary@x.test; jdoe@example.org; Who?|one@y.test"},
        {" <boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
         "boss@nil.test; Giant; \"Big\" Box|sysservices@example.net"},
        {" A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
         "Ed Jones|c@a.test; joe@where.test; John|jdoe@one.test"},
        {" Undisclosed recipients:;", ""},
        {" Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
         "Pete|pete@silly.test?"},
        {" A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n"
         "         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the "
         "group)",
         "Chris Jones|c@public.example?; joe@example.org; John|jdoe@one.test"},
        {"(Empty list)(start)Hidden recipients  :(nobody(that I know))  ; ", ""},
        {" Joe Q. Public <john.q.public@example.com>", "Joe Q. Public|john.q.public@example.com"},
        {" Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
         "Mary Smith|mary@example.net?; jdoe@test.example?"},
    });
}

TEST(AddressList, every_way_to_write_one_address_is_read) {
    expect({
        {"a@b", "a@b"},
        {"<a@b>", "a@b"},
        {"\r\n a@b\r\n\t", "a@b"},
        {"a@b (Ann)", "a@b"},
        {"(x)a@b(y)", "a@b"},
        {"Ann<a@b>", "Ann|a@b"},
        {"\"\"<a@b>", "a@b"},
        {"\"Ann\"<a@b>", "Ann|a@b"},
        {"\"Ann\r\n Doe\"<a@b>", "Ann Doe|a@b"},
        {"\"A\"nn<a@b>", "Ann|a@b"},
        {"Ann . B <a@b>", "Ann . B|a@b"},
        {"\"a b\"@c", "\"a b\"@c"},
        {"\"a\\\"b\"@c", "\"a\\\"b\"@c"},
        {"\"a@b\"@c", "\"a@b\"@c"},
        {"\"ann\"@c", "ann@c"},
        {"a@[192.0.2.1]", "a@[192.0.2.1]"},
        {"a@[IPv6:2001:DB8::1]", "a@[ipv6:2001:db8::1]"},
        {"a@B.Example", "a@b.example"},
        {"!#$%&'*+-/=?^_`{|}~@d", "!#$%&'*+-/=?^_`{|}~@d"},
        {"a@b,c@d", "a@b; c@d"},
        {",a@b,,c@d,", "a@b; c@d"},
        {"g:,a@b,,c@d,;,e@f", "a@b; c@d; e@f"},
        {"g:;,h:;", ""},
        {"\"g\" h:a@b;", "a@b"},
        {"", ""},
        {" \r\n ", ""},
        {"(nobody)", ""},
    });
}

TEST(AddressList, what_programs_read_differently_says_so) {
    expect({
        {"<@a:b@c>", "b@c?"},
        {"<@a,@b:c@d>", "c@d?"},
        {"<,@a,,@b,:c@d>", "c@d?"},
        {"<@a.example , @[192.0.2.1] :c@d>", "c@d?"},
        {"< a@b>", "a@b?"},
        {"<a@b >", "a@b?"},
        {"<(x)a@b>", "a@b?"},
        {"<a@b(x)>", "a@b?"},
        {"a @b", "a@b?"},
        {"a@ b", "a@b?"},
        {"a(x)@b", "a@b?"},
        {"a@(x)b", "a@b?"},
        {"a\r\n @b", "a@b?"},
        {"a . b@c", "a.b@c?"},
        {"a.(x)b@c", "a.b@c?"},
        {"a@b . c", "a@b.c?"},
        {"a@b(x).c", "a@b.c?"},
        {"\"a\".b@c", "a.b@c?"},
        {"a.\"b c\"@d", "\"a.b c\"@d?"},
        // In front of an address and behind it a comment is nobody's address.
        {"(x@y) a@b (z@w)", "a@b"},
        {"(x@y) Ann (p@q) <a@b> (z@w)", "Ann|a@b"},
    });
}

TEST(AddressList, what_is_outside_the_grammar_is_never_guessed) {
    expect({
        {"ann", "syntax"},
        {"Ann Doe", "syntax"},
        {"@", "syntax"},
        {"@b", "syntax"},
        {"a@", "bad_address"},
        {"a b@c", "syntax"},
        {"a@b c", "syntax"},
        {"a@b@c", "syntax"},
        {"a@b <c@d>", "syntax"},
        {"<a@b> c@d", "syntax"},
        {"<a@b> Ann", "syntax"},
        {"<a@b> <c@d>", "syntax"},
        {"<a@b><c@d>", "syntax"},
        {"<<a@b>>", "syntax"},
        {"<a@b", "syntax"},
        {"a@b>", "syntax"},
        {"<>", "syntax"},
        {"<Ann <a@b>>", "syntax"},
        {"<a@b>\\,<c@d>", "syntax"},
        {"a\\@b@c", "syntax"},
        {"a;b@c", "syntax"},
        {"a@b;c@d", "syntax"},
        {"<a@b,c@d>", "syntax"},
        {"a..b@c", "syntax"},
        {".a@c", "syntax"},
        {"a.@c", "bad_address"},
        {"a@b..c", "bad_address"},
        {"a@b.", "bad_address"},
        {"a@.b", "bad_address"},
        {". Ann <a@b>", "syntax"},
        {"\"a\"\"b\"@c", "syntax"},
        {"a\"b\"@c", "syntax"},
        {"g:a@b", "syntax"},
        {"g:a@b,", "syntax"},
        {":a@b;", "syntax"},
        {"g:h:a@b;;", "syntax"},
        {"a@b:;", "syntax"},
        {"<a@b>:;", "syntax"},
        {"<@a b@c>", "syntax"},
        {"<@:a@b>", "syntax"},
        {"<@a,:>", "syntax"},
        {"<,:a@b>", "syntax"},
        {"[a]@b", "syntax"},
        {"a@[b", "unclosed_quote"},
        {"\"a@b", "unclosed_quote"},
        {"\"a\\\"@b", "unclosed_quote"},
        {"\"Ann <a@b>", "unclosed_quote"},
        {"\"a\\\r\n b\" <a@b>", "unclosed_quote"},
        {"(a@b", "unclosed_comment"},
        {"a@b (x", "unclosed_comment"},
        {"a@b (x\\)", "unclosed_comment"},
        {"a@b (x(y)", "unclosed_comment"},
        {"a@b )", "syntax"},
        {") a@b", "unclosed_comment"},
        {"\"\"@b", "bad_address"},
        {"a@-b", "bad_address"},
        {"a@b_c", "bad_address"},
        {"a@12", "bad_address"},
        {"a@[b]", "bad_address"},
        {"a@[1.2.3.4]x", "syntax"},
        {"\"a\tb\"@c", "bad_address"},
        {std::string(65, 'a') + "@b", "bad_address"},
        {"a@" + std::string(64, 'b'), "bad_address"},
    });
}

// A server that lets these pass shows the reader a sender whom it never checked.
TEST(AddressList, security_21_an_encoded_address_is_no_address) {
    expect({
        {"=?utf-8?Q?ann=40example.com?=", "syntax"},
        {"=?utf-8?Q?ann?=@example.com", "encoded_address"},
        {"\"=?utf-8?Q?ann?=\"@example.com", "encoded_address"},
        {"x <=?utf-8?B?YW5u?=@example.com>", "encoded_address"},
        {"a=?b@c", "a=?b@c"},  // no encoded word
        {"=?utf-8?Q?boss=40example.com?= <ann@example.com>", "boss@example.com|ann@example.com"},
        {"=?utf-8?B?PGJvc3NAZXhhbXBsZS5jb20+LA==?= <a@b>", "<boss@example.com>,|a@b"},
    });
}

TEST(AddressList, security_20_line_ends_and_controls_are_no_blanks) {
    expect({
        {"a@b\n", "bare_newline"},
        {"a@b\r", "bare_newline"},
        {"a@b\r\n", "bare_newline"},
        {"a@b\r\nc", "bare_newline"},
        {"a@b\n c@d", "bare_newline"},
        {"a@b\r c@d", "bare_newline"},
        {"a@b\r\r\n c@d", "bare_newline"},
        {"a@b\0"s, "control"},
        {"a\0@b"s, "control"},
        {"\"a\0\" <a@b>"s, "control"},
        {"(\0) a@b"s, "control"},
        {"a@b\x7F", "control"},
        {"a@b\x0B", "control"},
        {"Ann\xC2\x85 <a@b>", "control"},
        {"Ann\xE2\x80\xA8 <a@b>", "control"},
        {"Ann\xE2\x80\xA9 <a@b>", "control"},
    });
}

// RFC 6532: a header may be UTF-8.  Whether this one may is for the caller to say.
TEST(AddressList, utf_8_is_read_and_other_charsets_are_not) {
    expect({
        {"J\xC3\xBCrgen <j@b>", "J\xC3\xBCrgen|j@b"},
        {"\"J\xC3\xBCrgen, Dr.\" <j@b>", "J\xC3\xBCrgen, Dr.|j@b"},
        {"j\xC3\xBCrgen@b", "j\xC3\xBCrgen@b"},
        {"j@b\xC3\xBC"
         "cher.example",
         "j@xn--bcher-kva.example"},
        {"j@b (J\xC3\xBCrgen)", "j@b"},
        {"J\xFCrgen <j@b>", "bad_utf8"},
        {"j@b (\xFC)", "bad_utf8"},
        {"\xC0\xAF <j@b>", "bad_utf8"},
        {"\"\\\xC3\xBC\" <j@b>", "unclosed_quote"},
    });
}

TEST(AddressList, security_24_what_cannot_be_seen_is_in_no_address) {
    expect({
        {"ann\xE2\x80\x8B@b", "bad_address"},          // zero width space
        {"ann@b\xE2\x80\x8B.example", "bad_address"},  // the same in the domain
        {"ann\xC2\xAD@b", "bad_address"},              // soft hyphen
        {"\xE2\x80\xAE"
         "ann@b",
         "bad_address"},                   // right-to-left override
        {"ann\xC2\xA0@b", "bad_address"},  // no-break space
        {"\xD0\xB0nn@b", "\xD0\xB0nn@b"},  // Cyrillic: another name, read as such
    });
}

TEST(AddressList, everything_has_a_limit) {
    const AddressListLimits small{.octets = 100, .mailboxes = 3, .comment_depth = 2};
    EXPECT_EQ(read(std::string(101, ' '), small), "too_long");
    EXPECT_EQ(read(std::string(100, ' '), small), "");
    EXPECT_EQ(read("a@b,a@b,a@b", small), "a@b; a@b; a@b");
    EXPECT_EQ(read("a@b,a@b,a@b,a@b", small), "too_many");
    EXPECT_EQ(read("a@b,g:a@b,a@b,a@b;", small), "too_many");
    EXPECT_EQ(read("((x)) a@b", small), "a@b");
    EXPECT_EQ(read("(((x))) a@b", small), "too_deep");
    // The default takes what a header can hold, however it is filled.
    EXPECT_EQ(read(std::string(200'000, '(')), "too_deep");
    EXPECT_EQ(read(std::string(200'000, ',')), "");
    EXPECT_EQ(read(std::string(200'000, '<')), "syntax");
    EXPECT_EQ(read(std::string(200'000, 'a') + "@b"), "bad_address");
    std::string words;
    while (words.size() < 200'000) words += "=?utf-8?q?a?= ";
    EXPECT_THAT(read(words + "<a@b>"), testing::EndsWith("|a@b"));
}

}  // namespace
}  // namespace signet::mail

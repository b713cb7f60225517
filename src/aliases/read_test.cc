#include "aliases/read.h"

#include <gmock/gmock.h>

namespace signet::aliases {
namespace {

using Kind = Fault::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

// "ann -> bob, x@y.test": an entry as one line.
std::string text_of(const Alias& alias) {
    auto text = alias.key.text() + " ->";
    for (const auto& target : alias.targets) {
        text += text.ends_with('>') ? " " : ", ";
        text += target.local_part.empty() ? "@" + target.domain
                                          : mail::Mailbox{target.local_part, target.domain}.text();
    }
    return text;
}

std::vector<std::string> entries(std::string_view text) {
    const auto read = read_aliases(text);
    std::vector<std::string> all;
    for (const auto& entry : read.entries) all.push_back(text_of(entry.alias));
    for (const auto& fault : read.faults) all.push_back("fault at " + std::to_string(fault.offset));
    return all;
}

std::vector<Kind> faults(std::string_view text, const Limits& limits = {}) {
    std::vector<Kind> kinds;
    for (const auto& fault : read_aliases(text, limits).faults) kinds.push_back(fault.kind);
    return kinds;
}

TEST(Read, takes_what_people_have_in_etc_aliases) {
    EXPECT_THAT(entries("# See aliases(5)\n"
                        "\n"
                        "mailer-daemon: postmaster\n"
                        "postmaster:\troot\n"
                        "root: ann@example.com, bob@example.org\n"
                        "  # a comment inside does not end it\n"
                        "\n"
                        "\t, carol\n"
                        "\"Ann Smith\": ann\n"
                        "news :usenet\r\n"),
                ElementsAre("mailer-daemon -> postmaster", "postmaster -> root",
                            "root -> ann@example.com, bob@example.org, carol",
                            "\"ann smith\" -> ann", "news -> usenet"));
}

TEST(Read, takes_what_people_have_in_a_virtual_map) {
    EXPECT_THAT(entries("sales@Example.COM   ann, bob@example.org\n"
                        "info@example.com\n  ann\n"
                        "@example.com: catch.all@example.org\n"
                        "@old.example  @new.example\n"
                        "abuse  root\n"),
                ElementsAre("sales@example.com -> ann, bob@example.org", "info@example.com -> ann",
                            "@example.com -> catch.all@example.org", "@old.example -> @new.example",
                            "abuse -> root"));
}

TEST(Read, each_case_of_the_grammar) {
    struct Case {
        std::string_view text, entry;
    };
    const Case cases[] = {
        {"Sales: Ann", "sales -> Ann"},  // a name is compared without case
        {"a: b", "a -> b"},
        {"a:b", "a -> b"},
        {"a:b,c", "a -> b, c"},
        {"a: b,", "a -> b"},
        {"a: ,b,, c", "a -> b, c"},
        {"a: \\root", "a -> root"},
        {"a: \"b c\", d", "a -> \"b c\", d"},
        {"a: \"b,c\"@x.test", "a -> \"b,c\"@x.test"},
        {"a: \"b@c\"@x.test", "a -> \"b@c\"@x.test"},
        {"\"a:b\": c", "\"a:b\" -> c"},
        {"\"a@b\": c", "\"a@b\" -> c"},
        {"\"a#b\" c", "a#b -> c"},
        {"ann.smith: ann", "ann.smith -> ann"},  // the colon makes it a name
        {"ann.smith@x.test ann", "ann.smith@x.test -> ann"},
        {"a: b@[192.0.2.1]", "a -> b@[192.0.2.1]"},
        {"a: b@[IPv6:2001:db8::1]", "a -> b@[ipv6:2001:db8::1]"},
        {"a: j\xC3\xBCrgen@b\xC3\xBC"
         "cher.example",
         "a -> j\xC3\xBCrgen@xn--bcher-kva.example"},
        {"a+b: c", "a+b -> c"},
        {"owner-list: ann", "owner-list -> ann"},
    };
    for (const auto& [text, entry] : cases) {
        SCOPED_TRACE(text);
        EXPECT_THAT(entries(text), ElementsAre(entry));
    }
}

TEST(Read, says_what_is_wrong_and_passes_over_nothing) {
    struct Case {
        std::string_view text;
        Kind kind;
        std::string_view part;  // what the fault points at
    };
    const Case cases[] = {
        {"a:", Kind::no_target, "a"},
        {"a", Kind::no_target, "a"},
        {"a: ,", Kind::no_target, "a"},
        {"a b c", Kind::no_comma, "c"},
        {"a: b # why", Kind::no_comma, "# why"},
        {"a: b\n c", Kind::no_comma, "c"},
        {": b", Kind::bad_key, ""},
        {"*: b", Kind::bad_key, "*"},
        {"a@: b", Kind::bad_key, "a@"},
        {"@: b", Kind::bad_key, "@"},
        {"a..b: c", Kind::bad_key, "a..b"},
        {"a: <b@x.test>", Kind::bad_target, "<b@x.test>"},
        {"a: b@-x", Kind::bad_target, "b@-x"},
        {"a: @", Kind::bad_target, "@"},
        {"a: \"b, c\n", Kind::unclosed_quote, "\"b, c"},
        {"\"a: b\n d", Kind::unclosed_quote, "\"a: b"},
        {"  a: b", Kind::stray_line, "a: b"},
        {"example.com anything", Kind::domain_line, "example.com"},
        {"/^root@.*/ ann", Kind::pattern, "/^root@.*/"},
        {"a: |/usr/bin/vacation ann", Kind::program, "|/usr/bin/vacation ann"},
        {"a: \"|/usr/bin/vacation ann\"", Kind::program, "\"|/usr/bin/vacation ann\""},
        {"a: /var/mail/a", Kind::file, "/var/mail/a"},
        {"a: /dev/null", Kind::file, "/dev/null"},
        {"a: \"/var/mail box\"", Kind::file, "\"/var/mail box\""},
        {"a: ~/mail", Kind::file, "~/mail"},
        {"a: :include:/etc/list", Kind::directive, ":include:/etc/list"},
        {"a: \":include:/etc/list\"", Kind::directive, "\":include:/etc/list\""},
        {"a: :fail: no such user", Kind::directive, ":fail: no such user"},
        {"a: b\x01", Kind::control, "\x01"},
        {"a: \xC3", Kind::bad_target, "\xC3"},
    };
    for (const auto& [text, kind, part] : cases) {
        SCOPED_TRACE(text);
        const auto read = read_aliases(text);
        EXPECT_THAT(read.entries, IsEmpty());
        ASSERT_FALSE(read.faults.empty());
        EXPECT_EQ(read.faults[0].kind, kind);
        EXPECT_EQ(text.substr(read.faults[0].offset, read.faults[0].size), part);
    }
}

TEST(Read, a_fault_leaves_its_entry_out_and_the_others_in) {
    EXPECT_THAT(entries("a: b\nc: |x\n  , d\ne: f\n"),
                ElementsAre("a -> b", "e -> f", "fault at 8"));
    EXPECT_THAT(faults("a: |x\nb: /y\n:z\n"),
                ElementsAre(Kind::program, Kind::file, Kind::bad_key));
}

TEST(Read, keeps_its_limits) {
    const Limits few{.octets = 40, .line_octets = 10, .aliases = 2, .targets = 3, .faults = 2};
    EXPECT_THAT(faults(std::string(41, '#'), few), ElementsAre(Kind::too_large));
    EXPECT_THAT(faults("#" + std::string(20, 'x'), few), IsEmpty());
    EXPECT_THAT(faults("a: " + std::string(20, 'x'), few), ElementsAre(Kind::line_too_long));
    EXPECT_THAT(faults("a: b\nc: d\ne: f\n", few), ElementsAre(Kind::too_many));
    EXPECT_THAT(faults("a: b,c\nd: e,f\n", few), ElementsAre(Kind::too_many));
    EXPECT_THAT(faults("a:\nb:\nc:\nd:\n", few), ElementsAre(Kind::no_target, Kind::no_target));
}

}  // namespace
}  // namespace signet::aliases

#include "settings/alias_files.h"

#include "settings/changes.h"

#include <gmock/gmock.h>

namespace signet::settings {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Snapshot site() {
    Snapshot settings;
    settings.hostname = "mail.test";
    settings.domains = {{"here.test", {"Info", "*"}}};
    return settings;
}

std::vector<Problem> problems(std::vector<SourceText> files) {
    auto read = read_alias_files(site(), files);
    return read ? std::vector<Problem>{} : std::move(read.error());
}

TEST(AliasFiles, are_one_table_for_the_domains_of_ours) {
    const std::vector<SourceText> files{{"/etc/aliases", "root: ann\n"},
                                        {"/etc/virtual",
                                         "sales@here.test ann, bob@else.test\n"
                                         "hub@MAIL.test ann\n"}};
    const auto table = read_alias_files(site(), files);
    ASSERT_TRUE(table) << render(table.error());
    EXPECT_EQ((*table)->size(), 3u);
    EXPECT_TRUE((*table)->find({"root", "mail.test"}));
    EXPECT_TRUE((*table)->find({"hub", "mail.test"}));
    EXPECT_TRUE((*table)->lists({"info", "here.test"}));
    EXPECT_FALSE((*table)->lists({"*", "here.test"}));  // all, so that nobody is meant
}

TEST(AliasFiles, a_fault_has_its_place_and_what_to_do) {
    const auto text = render(problems({{"/etc/aliases", "a: b\nbackup:\n\tann, |/usr/bin/x y\n"}}));
    EXPECT_EQ(
        text,
        "error[E0341]: an alias runs no program: `|/usr/bin/x y`\n"
        "  --> /etc/aliases:3:7\n"
        "   |\n"
        " 3 |  ann, |/usr/bin/x y\n"
        "   |       ^^^^^^^^^^^^^ an address at a domain of its own, and a [[route]] for that "
        "domain\n"
        "   = more: signet explain E0341\n");
}

TEST(AliasFiles, each_kind_of_fault_has_a_code) {
    struct Case {
        std::string text;
        std::string_view code;
        std::string_view message;
    };
    const Case cases[] = {
        {"a:", "E0340", "`a` leads nowhere"},
        {"a..b: c", "E0340", "`a..b` is neither a name nor an address"},
        {"a: b c", "E0340", "a comma is missing in front of `c`"},
        {"a: \"b", "E0340", "a quote does not end in its line"},
        {" a: b", "E0340", "a line goes on that has not begun"},
        {"a: b\x01", "E0340", "a control character"},
        {"a: /x", "E0341", "an alias writes no file: `/x`"},
        {"a: :include:/x", "E0341", "`:include:/x` is not taken"},
        {"/x/ a", "E0341", "patterns are not taken"},
        {"here.test anything", "E0342", "`here.test` is a domain without an `@`"},
        {"a@else.test: b", "E0342", "`else.test` is no domain of ours"},
        {"@else.test: b", "E0342", "`else.test` is no domain of ours"},
        {"a: b\nA: c", "E0343", "`a` is there twice"},
        {"a: " + std::string(70'000, 'b'), "E0344", "a line is longer than 64 KiB"},
    };
    for (const auto& [text, code, message] : cases) {
        SCOPED_TRACE(text.substr(0, 40));
        const auto found = problems({{"f", text}});
        ASSERT_EQ(found.size(), 1u);
        EXPECT_EQ(found[0].code, code);
        EXPECT_THAT(found[0].message, HasSubstr(message));
        EXPECT_NE(found[0].place.line, 0u);
    }
}

TEST(AliasFiles, a_name_in_two_files_is_there_twice) {
    const auto found = problems({{"one", "x: y\nsales: ann\n"}, {"two", "Sales  bob\n"}});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].place.file, "two");
    EXPECT_THAT(found[0].notes, testing::ElementsAre("first at one:2"));
}

TEST(AliasFiles, a_reload_says_that_they_changed) {
    auto running = site(), next = site();
    const auto with = [](Snapshot& settings, std::string text) {
        const std::vector<SourceText> files{{"f", std::move(text)}};
        settings.aliases.table = read_alias_files(settings, files).value();
    };
    with(running, "a: b\n");
    with(next, "a: b\n");
    EXPECT_THAT(changes_between(running, next), IsEmpty());
    with(next, "a: c\n");
    EXPECT_EQ(changes_between(running, next).at(0).new_text, "as many, others");
    with(next, "a: c\nd: e\n");
    const auto changes = changes_between(running, next);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].path, "aliases");
    EXPECT_EQ(changes[0].old_text, "1 aliases");
    EXPECT_EQ(changes[0].new_text, "2 aliases");
    EXPECT_FALSE(changes[0].after_restart);
}

}  // namespace
}  // namespace signet::settings

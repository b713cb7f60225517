#include "aliases/expansion.h"

#include "aliases/read.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace signet::aliases {
namespace {

Table table_of(std::string_view text) {
    std::vector<Alias> aliases;
    for (auto& entry : read_aliases(text).entries) aliases.push_back(std::move(entry.alias));
    return {{{"here.test", {"info"}}, {"also.test", {}}}, std::move(aliases)};
}

// What a recipient stands for, where ann@here.test and carl@here.test have accounts.
std::string expand(const Table& table, std::string_view address, ExpansionLimits limits = {}) {
    const std::vector<std::string> accounts{"ann@here.test", "carl@here.test"};
    Expansion expansion{table, mail::parse_mailbox(address).value(), limits};
    for (;;) {
        const auto step = expansion.next();
        if (const auto* question = std::get_if<Question>(&step)) {
            expansion.answer(std::ranges::count(accounts, question->mailbox.folded().text()) > 0);
            continue;
        }
        if (const auto* trouble = std::get_if<Trouble>(&step)) return std::string{name(*trouble)};
        std::string text;
        for (const auto& one : std::get<Mailboxes>(step)) {
            text += (text.empty() ? "" : " ") + one.text();
        }
        return text;
    }
}

TEST(Expansion, goes_on_until_nobody_is_an_alias) {
    const auto table = table_of(
        "postmaster: root\nroot: ann, bob@else.test\nall: root, sales@here.test\n"
        "sales@here.test: carl, ann\n");
    EXPECT_EQ(expand(table, "Ann@here.test"), "Ann@here.test");
    EXPECT_EQ(expand(table, "root@here.test"), "ann@here.test bob@else.test");
    EXPECT_EQ(expand(table, "Postmaster@here.test"), "ann@here.test bob@else.test");
    EXPECT_EQ(expand(table, "all@here.test"), "ann@here.test bob@else.test carl@here.test");
    EXPECT_EQ(expand(table, "all@also.test"),
              "ann@also.test bob@else.test carl@here.test ann@here.test");
}

TEST(Expansion, what_leads_back_to_itself_stays_itself_once) {
    EXPECT_EQ(expand(table_of("ann: ann\n"), "ann@here.test"), "ann@here.test");
    EXPECT_EQ(expand(table_of("ann: \\ann, bob@else.test\n"), "ANN@here.test"),
              "ann@here.test bob@else.test");
    EXPECT_EQ(expand(table_of("ann: ann, Ann, bob@else.test\n"), "ann@here.test"),
              "ann@here.test bob@else.test");
    const auto two = table_of("a: b\nb: a\n");
    EXPECT_EQ(expand(two, "a@here.test"), "a@here.test");
    EXPECT_EQ(expand(two, "b@here.test"), "b@here.test");
    const auto three = table_of("a: b, x\nb: c, y\nc: a, z\n");
    EXPECT_EQ(expand(three, "a@here.test"), "a@here.test z@here.test y@here.test x@here.test");
    EXPECT_EQ(expand(table_of("a: b, c\nb: c\nc: b\n"), "a@here.test"), "b@here.test");
    EXPECT_EQ(expand(table_of("ann: ann+inbox\n"), "ann@here.test"), "ann+inbox@here.test");
    EXPECT_EQ(expand(table_of("@here.test: @also.test\n@also.test: @here.test\n"), "x@here.test"),
              "x@here.test");
}

TEST(Expansion, a_catch_all_takes_whom_nobody_else_has) {
    const auto table = table_of("@here.test: carl\nsales: ann, nobody\n");
    EXPECT_EQ(expand(table, "whoever@here.test"), "carl@here.test");
    EXPECT_EQ(expand(table, "ann@here.test"), "ann@here.test");    // has an account
    EXPECT_EQ(expand(table, "Info@here.test"), "Info@here.test");  // is listed
    EXPECT_EQ(expand(table, "sales@here.test"), "ann@here.test carl@here.test");
    EXPECT_EQ(expand(table, "whoever@also.test"), "whoever@also.test");
    // Its own target is nobody's, either: it stays, and the mail arrives where a route says.
    EXPECT_EQ(expand(table_of("@here.test: box\n"), "whoever@here.test"), "box@here.test");
}

TEST(Expansion, asks_about_nobody_where_no_catch_all_is) {
    const auto table = table_of("root: ann\n");
    Expansion expansion{table, {"x", "here.test"}};
    EXPECT_TRUE(std::holds_alternative<Mailboxes>(expansion.next()));
}

TEST(Expansion, has_limits) {
    std::string chain, wide = "all: ";
    for (int i = 0; i < 60; ++i) {
        chain += "a" + std::to_string(i) + ": a" + std::to_string(i + 1) + "\n";
        wide += "x" + std::to_string(i) + ",";
    }
    EXPECT_EQ(expand(table_of(chain), "a0@here.test"), "too_deep");
    EXPECT_EQ(expand(table_of(chain), "a10@here.test"), "a60@here.test");
    EXPECT_EQ(expand(table_of(wide), "all@here.test", {.addresses = 59, .depth = 9}), "too_many");
    EXPECT_THAT(expand(table_of(wide), "all@here.test", {.addresses = 60, .depth = 9}),
                testing::EndsWith("x59@here.test"));
}

}  // namespace
}  // namespace signet::aliases

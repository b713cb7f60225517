#include "aliases/table.h"

#include "aliases/read.h"

#include <gmock/gmock.h>

namespace signet::aliases {
namespace {

Table table_of(std::string_view text) {
    std::vector<Alias> aliases;
    for (auto& entry : read_aliases(text).entries) aliases.push_back(std::move(entry.alias));
    return {{{"here.test", {"info"}}, {"also.test", {}}, {"mail.test", {}}}, std::move(aliases)};
}

std::string find(const Table& table, std::string_view address) {
    const auto found = table.find(mail::parse_mailbox(address).value());
    if (!found) return "none";
    std::string text = found->catch_all ? "catch-all" : "alias";
    for (const auto& target : found->targets) text += " " + target.text();
    return text;
}

TEST(Table, a_name_without_a_domain_counts_at_each_of_ours) {
    const auto table = table_of("root: ann\npostmaster: root@here.test\n");
    EXPECT_EQ(find(table, "root@here.test"), "alias ann@here.test");
    EXPECT_EQ(find(table, "root@mail.test"), "alias ann@mail.test");
    EXPECT_EQ(find(table, "ROOT@HERE.test"), "alias ann@here.test");
    EXPECT_EQ(find(table, "postmaster@also.test"), "alias root@here.test");
    EXPECT_EQ(find(table, "root@elsewhere.test"), "none");
    EXPECT_EQ(find(table, "ann@here.test"), "none");
}

TEST(Table, the_nearest_name_wins) {
    const auto table =
        table_of("a+x@here.test: one\na@here.test: two\na+x: three\na: four\n@here.test: five\n");
    EXPECT_EQ(find(table, "a+x@here.test"), "alias one@here.test");
    EXPECT_EQ(find(table, "a+y@here.test"), "alias two@here.test");
    EXPECT_EQ(find(table, "a+x@also.test"), "alias three@also.test");
    EXPECT_EQ(find(table, "a+y@also.test"), "alias four@also.test");
    EXPECT_EQ(find(table, "b@here.test"), "catch-all five@here.test");
    EXPECT_EQ(find(table, "b@also.test"), "none");
    EXPECT_EQ(find(table, "+a@also.test"), "none");  // nothing is in front of the "+"
}

TEST(Table, a_domain_may_stand_for_another) {
    const auto table = table_of("@also.test: @here.test\nx: @elsewhere.test\n");
    EXPECT_EQ(find(table, "Ann+news@also.test"), "catch-all Ann+news@here.test");
    EXPECT_EQ(find(table, "x@here.test"), "alias x@elsewhere.test");
}

TEST(Table, knows_whom_a_domain_lists) {
    const auto table = table_of("a: b\n");
    EXPECT_TRUE(table.lists({"INFO", "here.test"}));
    EXPECT_FALSE(table.lists({"info", "also.test"}));
    EXPECT_FALSE(table.lists({"a", "here.test"}));
}

TEST(Table, an_address_that_would_not_fit_the_wire_is_not_made) {
    const std::string long_domain = std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                                    std::string(60, 'c') + "." + std::string(50, 'd');
    const Table table{{{long_domain, {}}}, {{{"a", ""}, {{std::string(60, 'x'), ""}, {"b", ""}}}}};
    const auto found = table.find({"a", long_domain});
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->complete);
}

TEST(Table, is_the_same_whatever_the_order) {
    EXPECT_EQ(table_of("a: b\nc: d\n"), table_of("c: d\na: b\n"));
    EXPECT_FALSE(table_of("a: b\n") == table_of("a: c\n"));
    EXPECT_TRUE(no_aliases()->empty());
    EXPECT_EQ(table_of("a: b\n@here.test: c\n").catch_alls(), 1u);
}

}  // namespace
}  // namespace signet::aliases

#include "policy/check.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <set>

namespace signet::policy {
namespace {

TEST(Checks, have_names_that_are_words_of_their_own) {
    std::set<std::string_view> names;
    for (const auto& check : checks()) {
        EXPECT_TRUE(names.insert(check.name).second) << check.name;
        EXPECT_FALSE(check.name.empty());
        for (const char c : check.name) EXPECT_TRUE((is_alpha(c) && lower(c) == c) || c == '_');
    }
}

TEST(Judge, names_the_check_that_decided) {
    identity::Login login;
    login.account = "ann";
    const Facts facts{.login = &login, .sender = {mail::parse_mailbox("bob@example.com")}};
    const auto refused = judge(Stage::mail, facts);
    EXPECT_TRUE(std::holds_alternative<Reject>(refused.decision));
    EXPECT_EQ(refused.rule, "sender_owned");

    login.send_as = {{"bob", "example.com"}};
    const auto passed = judge(Stage::mail, facts);
    EXPECT_TRUE(std::holds_alternative<Pass>(passed.decision));
    EXPECT_EQ(passed.rule, "");
}

TEST(Judge, asks_only_the_checks_of_the_stage) {
    const Addressee nobody_here{.mailbox = {"bob", "example.net"}};
    const Facts nobody{.recipient = &nobody_here};
    EXPECT_EQ(judge(Stage::mail, nobody).rule, "sender_owned");
    EXPECT_EQ(judge(Stage::rcpt, nobody).rule, "relay");
    EXPECT_TRUE(judge(Stage::data, nobody).passes());
}

TEST(Judge, keeps_the_effects_of_checks_that_pass_and_of_the_one_that_decides) {
    HeaderFacts header;
    header.from = {1, {{"", {"ann", "example.com"}}}, {}};
    const Facts stranger{.open = true, .header = &header, .our_domains = {"example.com"}};
    const auto marked = judge(Stage::data, stranger);
    EXPECT_TRUE(marked.passes());
    ASSERT_EQ(marked.effects.size(), 1u);
    EXPECT_EQ(std::get<Tag>(marked.effects[0]).field(), "Signet-Unproven: ann@example.com\r\n");

    const Addressee unknown{{"x", "example.com"}, true, false};
    const auto slowed =
        judge(Stage::rcpt, {.open = true, .recipient = &unknown, .unknown_recipients = 9});
    EXPECT_FALSE(slowed.passes());
    ASSERT_EQ(slowed.effects.size(), 1u);
    EXPECT_TRUE(std::holds_alternative<Slow>(slowed.effects[0]));
}

}  // namespace
}  // namespace signet::policy

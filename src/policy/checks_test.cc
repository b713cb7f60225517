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
    Facts facts{
        .login = &login, .sender = {mail::parse_mailbox("bob@example.com")}, .recipients = {}};
    const auto refused = judge(Stage::mail, facts);
    EXPECT_TRUE(std::holds_alternative<Reject>(refused.decision));
    EXPECT_EQ(refused.rule, "sender_owned");

    login.send_as = {{"bob", "example.com"}};
    const auto passed = judge(Stage::mail, facts);
    EXPECT_TRUE(std::holds_alternative<Pass>(passed.decision));
    EXPECT_EQ(passed.rule, "");
}

TEST(Judge, asks_only_the_checks_of_the_stage) {
    const Facts nobody{.login = nullptr, .sender = {}, .recipients = {}};
    EXPECT_TRUE(std::holds_alternative<Reject>(judge(Stage::mail, nobody).decision));
    EXPECT_TRUE(std::holds_alternative<Pass>(judge(Stage::rcpt, nobody).decision));
    EXPECT_TRUE(std::holds_alternative<Pass>(judge(Stage::data, nobody).decision));
}

}  // namespace
}  // namespace signet::policy

// check_recipient_known and check_recipient_allowed.
#include "policy/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::policy {

Opinion judge_recipient_known(const Facts& facts);
Opinion judge_recipient_allowed(const Facts& facts);

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(CheckRecipientKnown, refuses_who_is_not_here_and_says_nothing_of_other_domains) {
    const Addressee known{{"bob", "example.com"}, true, true};
    const Addressee unknown{{"bob", "example.com"}, true, false};
    const Addressee abroad{{"bob", "example.net"}, false, {}};
    EXPECT_TRUE(
        std::holds_alternative<Pass>(judge_recipient_known({.recipient = &known}).decision));
    EXPECT_TRUE(
        std::holds_alternative<Pass>(judge_recipient_known({.recipient = &abroad}).decision));
    const auto decision = judge_recipient_known({.recipient = &unknown}).decision;
    const auto& no = std::get<Reject>(decision);
    EXPECT_EQ(no.code, 550);
    EXPECT_EQ(no.status, "5.1.1");
    EXPECT_THAT(no.text, HasSubstr("bob@example.com"));
}

TEST(CheckRecipientKnown, puts_off_what_cannot_be_looked_up) {
    const Addressee dark{{"bob", "example.com"}, true, {}};
    const auto decision = judge_recipient_known({.open = true, .recipient = &dark}).decision;
    ASSERT_TRUE(std::holds_alternative<Defer>(decision));
    EXPECT_EQ(std::get<Defer>(decision).code, 451);
}

TEST(CheckRecipientKnown, security_12_a_stranger_who_asks_for_many_is_answered_slowly) {
    const Addressee unknown{{"bob", "example.com"}, true, false};
    const identity::Login login;
    Facts facts{.open = true, .recipient = &unknown, .unknown_recipients = 2};
    EXPECT_THAT(judge_recipient_known(facts).effects, IsEmpty());
    facts.unknown_recipients = 3;
    EXPECT_THAT(judge_recipient_known(facts).effects, SizeIs(1));
    facts.login = &login;
    EXPECT_THAT(judge_recipient_known(facts).effects, IsEmpty());
}

TEST(CheckRecipientAllowed, holds_a_trusted_network_to_its_domains) {
    identity::Login login;
    login.account = "printers";
    login.method = identity::kNetworkMethod;
    login.recipient_domains = {"example.com"};
    const Addressee here{{"bob", "example.com"}, false, {}},
        there{{"bob", "example.net"}, false, {}};
    const auto judged = [&](const Addressee& to) {
        return judge_recipient_allowed({.login = &login, .recipient = &to}).decision;
    };
    EXPECT_TRUE(std::holds_alternative<Pass>(judged(here)));
    const auto decision = judged(there);
    ASSERT_TRUE(std::holds_alternative<Reject>(decision));
    EXPECT_EQ(std::get<Reject>(decision).status, "5.7.1");
    EXPECT_EQ(std::get<Reject>(decision).text,
              "Your network is trusted as printers and may not write to example.net; "
              "ask the administrator to add that domain");
    const Addressee routed{{"bob%example.net", "example.com"}, false, {}};
    EXPECT_TRUE(std::holds_alternative<Reject>(judged(routed)));
    login.recipient_domains = {"*"};
    EXPECT_TRUE(std::holds_alternative<Pass>(judged(routed)));
    login.recipient_domains.clear();
    EXPECT_TRUE(std::holds_alternative<Pass>(judged(there)));
}

}  // namespace
}  // namespace signet::policy

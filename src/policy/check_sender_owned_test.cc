#include "policy/check.h"
#include "policy/policy_people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::policy {

Opinion judge_sender_owned(const Facts& facts);

namespace {

using testing::AllOf;
using testing::Each;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::Not;

Decision judged(const identity::Login& login, mail::ReversePath sender) {
    return judge_sender_owned({.login = &login, .sender = std::move(sender)}).decision;
}

Decision judged(std::string_view sender) {
    const auto login = ann();
    return judged(login, {mail::parse_mailbox(sender)});
}

TEST(CheckSenderOwned, passes_the_addresses_of_the_login_and_no_other) {
    struct Case {
        std::string_view sender;
        bool passes;
    };
    const Case cases[] = {
        {"ann@example.com", true},
        {"Ann@EXAMPLE.com", true},
        {"info@example.com", true},
        {"anything@ann.example", true},
        {"\"with blank\"@ann.example", true},
        {"bob@example.com", false},
        {"ann@example.org", false},
        {"ann@sub.example.com", false},
        {"x@sub.ann.example", false},
        {"x@notann.example", false},
        {"ann@[192.0.2.1]", false},
        {"\"ann@example.com\"@example.org", false},
        {"ann%example.com@example.org", false},
        {"ann+tag@example.com", false},
        {"a@com", false},
    };
    for (const auto& c : cases) {
        const auto decision = judged(c.sender);
        EXPECT_EQ(std::holds_alternative<Pass>(decision), c.passes) << c.sender;
    }
}

TEST(CheckSenderOwned, passes_the_null_reverse_path_of_a_read_receipt) {
    EXPECT_TRUE(std::holds_alternative<Pass>(judged(ann(), {})));
    EXPECT_TRUE(std::holds_alternative<Pass>(judged(identity::Login{}, {})));
}

TEST(CheckSenderOwned, tells_the_user_what_to_do) {
    const auto decision = judged("bob@example.com");
    const auto* reject = std::get_if<Reject>(&decision);
    ASSERT_TRUE(reject);
    EXPECT_EQ(reject->code, 550);
    EXPECT_EQ(reject->status, "5.7.1");
    EXPECT_EQ(reject->text,
              "You are signed in as ann and may not send as bob@example.com; "
              "ask the administrator to add that address");
}

TEST(CheckSenderOwned, names_no_address_but_the_one_presented) {
    const auto decision = judged("bob@example.com");
    EXPECT_THAT(std::get<Reject>(decision).text,
                AllOf(Not(HasSubstr("info@")), Not(HasSubstr("ann.example"))));
}

TEST(CheckSenderOwned, fits_a_reply_line_whatever_the_names_are) {
    auto login = ann();
    login.account = std::string(255, 'n') + "\r\n\xC3\xA4";
    const mail::Mailbox longest{std::string(64, '"'), std::string(190, 'd')};
    for (const auto& account : {login.account, std::string{"a\r\nb\xC3"}}) {
        login.account = account;
        const auto decision = judged(login, {longest});
        const auto& text = std::get<Reject>(decision).text;
        EXPECT_LE(text.size(), 512 - std::string_view{"550 5.7.1 \r\n"}.size());
        EXPECT_THAT(text, Each(AllOf(Ge(' '), Le('~'))));
    }
}

TEST(CheckSenderOwned, security_21_an_account_without_addresses_sends_as_nobody) {
    auto login = ann();
    login.send_as.clear();
    for (const auto sender : {"ann@example.com", "ann@localhost", "a@b"}) {
        EXPECT_TRUE(std::holds_alternative<Reject>(judged(login, {mail::parse_mailbox(sender)})));
    }
}

TEST(CheckSenderOwned, security_05_nobody_sends_without_a_login) {
    for (const auto& sender : {mail::ReversePath{}, {mail::parse_mailbox("ann@example.com")}}) {
        const auto decision = judge_sender_owned({.sender = sender}).decision;
        ASSERT_TRUE(std::holds_alternative<Reject>(decision));
        EXPECT_EQ(std::get<Reject>(decision).code, 530);
    }
}

TEST(CheckSenderOwned, leaves_a_strangers_claim_to_others_where_strangers_are_welcome) {
    const Facts facts{.open = true, .sender = {mail::parse_mailbox("ann@example.com")}};
    EXPECT_TRUE(std::holds_alternative<Pass>(judge_sender_owned(facts).decision));
}

TEST(CheckSenderOwned, holds_a_trusted_network_to_its_addresses) {
    auto login = ann();
    login.account = "printers";
    login.method = identity::kNetworkMethod;
    const auto decision = judged(login, {mail::parse_mailbox("bob@example.com")});
    ASSERT_TRUE(std::holds_alternative<Reject>(decision));
    EXPECT_THAT(std::get<Reject>(decision).text,
                HasSubstr("Your network is trusted as printers and may not send as bob@"));
}

}  // namespace
}  // namespace signet::policy

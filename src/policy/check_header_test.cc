// check_header_from, check_header_sender and check_stranger_claims, over headers as they are sent.
#include "policy/check.h"
#include "policy/policy_people.h"

#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::policy {

Opinion judge_header_from(const Facts& facts);
Opinion judge_header_sender(const Facts& facts);
Opinion judge_stranger_claims(const Facts& facts);

namespace {

using testing::AllOf;
using testing::Each;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

Decision both(const Facts& facts) {
    auto from = judge_header_from(facts).decision;
    return std::holds_alternative<Pass>(from) ? judge_header_sender(facts).decision : from;
}

Decision judged(std::string_view block,
                mail::ReversePath sender = {mail::Mailbox{"ann", "example.com"}}) {
    const auto login = ann();
    const auto header = header_facts(mail::Header{block});
    return both({.login = &login, .sender = std::move(sender), .header = &header});
}

// "pass", "5.7.1" or "5.6.0".
std::string told(std::string_view block) {
    const auto decision = judged(block);
    if (const auto* no = std::get_if<Reject>(&decision)) return no->status;
    return "pass";
}

struct Case {
    std::string_view block, told;
};

TEST(CheckHeader, security_21_passes_only_what_is_the_logins) {
    const Case cases[] = {
        {"From: ann@example.com\r\n", "pass"},
        {"From: Ann <Ann@Example.COM>\r\n", "pass"},
        {"FROM: \"Ann, of sales\" <info@example.com>\r\n", "pass"},
        {"From: ann@example.com, info@example.com\r\nSender: ann@example.com\r\n", "pass"},
        {"From: anybody@ann.example\r\n", "pass"},
        {"From:\r\n ann@example.com\r\n", "pass"},
        {"From: =?utf-8?q?boss=40example=2Ecom?= <ann@example.com>\r\n", "pass"},
        {"Subject: no From at all\r\n", "pass"},
        {"From: team: ann@example.com, info@example.com;\r\n", "pass"},
        {"From: ann@example.com\r\nReply-To: boss@example.com\r\n", "pass"},
        {"From: ann@example.com\r\nResent-From: info@example.com\r\n", "pass"},

        {"From: boss@example.com\r\n", "5.7.1"},
        {"From: ann@example.com, boss@example.com\r\n", "5.7.1"},
        {"From: boss@example.com, ann@example.com\r\n", "5.7.1"},
        {"From: \"ann@example.com\" <boss@example.com>\r\n", "5.7.1"},
        {"From: (ann@example.com) boss@example.com\r\n", "5.7.1"},
        {"From: x@sub.ann.example\r\n", "5.7.1"},
        {"From: team: ann@example.com, boss@example.com;\r\n", "5.7.1"},
        {"From: ann@example.com\r\nSender: boss@example.com\r\n", "5.7.1"},
        {"From: boss@example.com\r\nSender: ann@example.com\r\n", "5.7.1"},
        {"From: boss@example.com\r\nResent-From: ann@example.com\r\n", "5.7.1"},
        {"From: ann@example.com\r\nResent-From: boss@example.com\r\n", "5.7.1"},
        {"From: ann@example.com\r\nResent-Sender: boss@example.com\r\n", "5.7.1"},
        {"From: \"ann@example.com\"@boss.example\r\n", "5.7.1"},
        {"From: ann%example.com@boss.example\r\n", "5.7.1"},

        {"From: ann@example.com\r\nFrom: boss@example.com\r\n", "5.6.0"},
        {"From: ann@example.com\r\nSubject: x\r\nfrom : ann@example.com\r\n", "5.6.0"},
        {"From: ann@example.com\r\nSender: ann@example.com\r\nSender: ann@example.com\r\n",
         "5.6.0"},
        {"From: =?utf-8?q?boss=40example.com?=\r\n", "5.6.0"},
        {"From: =?utf-8?q?ann?=@example.com\r\n", "5.6.0"},
        {"From: undisclosed:;\r\n", "5.6.0"},
        {"From: \r\n", "5.6.0"},
        {"From: <>\r\n", "5.6.0"},
        {"From: <ann@example.com> <boss@example.com>\r\n", "5.6.0"},
        {"From: ann@example.com boss@example.com\r\n", "5.6.0"},
        {"From: \"ann@example.com\r\n", "5.6.0"},
        {"From: <@boss.example:ann@example.com>\r\n", "5.6.0"},
        {"From: ann(boss@example.com)@example.com\r\n", "5.6.0"},
        {"From: ann@example.com\r\nSender: undisclosed:;\r\n", "5.6.0"},
        {"From: ann@example.com\r\nResent-From: nobody\r\n", "5.6.0"},
    };
    for (const auto& c : cases) EXPECT_EQ(told(c.block), c.told) << c.block;
}

// RFC 5322 §3.6.6: the blocks below were others' to write.
TEST(CheckHeader, judges_the_latest_resent_block_alone) {
    EXPECT_EQ(told("Resent-From: ann@example.com\r\nResent-From: bob@example.net\r\n"
                   "From: ann@example.com\r\n"),
              "pass");
}

TEST(CheckHeader, a_message_from_nobody_for_nobody_is_refused) {
    const auto decision = judged("Subject: hi\r\n", {});
    ASSERT_TRUE(std::holds_alternative<Reject>(decision));
    EXPECT_EQ(std::get<Reject>(decision).status, "5.6.0");
}

TEST(CheckHeader, names_the_address_the_account_and_the_way_out) {
    const auto decision = judged("From: Boss <boss@example.com>\r\n");
    EXPECT_EQ(std::get<Reject>(decision).text,
              "You are signed in as ann and may not send with boss@example.com in From; "
              "ask the administrator to add that address");
    const auto unreadable = judged("From: =?utf-8?q?boss=40example.com?=\r\n");
    EXPECT_THAT(std::get<Reject>(unreadable).text, HasSubstr("The From field cannot be used: "));
}

TEST(CheckHeader, fits_a_reply_line_whatever_the_names_are) {
    auto login = ann();
    login.account = std::string(255, 'n');
    const std::string block = "From: " + std::string(64, 'l') + "@" + std::string(60, 'd') + "." +
                              std::string(60, 'd') + "." + std::string(60, 'd') + ".com\r\n";
    const auto header = header_facts(mail::Header{block});
    const auto decision = both({.login = &login, .sender = {}, .header = &header});
    const auto& text = std::get<Reject>(decision).text;
    EXPECT_LE(text.size(), 512 - std::string_view{"550 5.7.1 \r\n"}.size());
    EXPECT_THAT(text, Each(AllOf(Ge(' '), Le('~'))));
}

TEST(CheckHeader, security_21_a_trusted_network_is_judged_like_an_account) {
    auto login = ann();
    login.method = identity::kNetworkMethod;
    const auto header = header_facts(mail::Header{"From: boss@example.com\r\n"});
    EXPECT_TRUE(std::holds_alternative<Reject>(both({.login = &login, .header = &header})));
}

TEST(CheckHeader, judges_neither_strangers_nor_where_it_is_switched_off) {
    const auto login = ann();
    const auto header = header_facts(mail::Header{"From: boss@example.com\r\nFrom: x\r\n"});
    EXPECT_TRUE(std::holds_alternative<Pass>(both({.open = true, .header = &header})));
    EXPECT_TRUE(std::holds_alternative<Pass>(
        both({.login = &login, .header = &header, .owned_header = false})));
}

TEST(CheckStrangerClaims, marks_who_writes_in_the_name_of_our_domains_without_a_proof) {
    struct Claim {
        std::string_view block, sender, marked;
    };
    const Claim cases[] = {
        {"From: ann@example.com\r\n", "list@lists.example", "ann@example.com"},
        {"From: x@example.net\r\nFrom: ann@Example.com\r\n", "x@example.net", "ann@example.com"},
        {"From: x@example.net\r\n", "ann@example.com", "ann@example.com"},
        {"From: x@example.net\r\n", "x@example.net", ""},
        {"From: x@sub.example.com\r\n", "x@example.net", ""},
        {"From: \"ann@example.com\" <x@example.net>\r\n", "x@example.net", ""},
    };
    for (const auto& c : cases) {
        const auto header = header_facts(mail::Header{c.block});
        const Facts facts{.open = true,
                          .sender = {mail::parse_mailbox(c.sender)},
                          .header = &header,
                          .our_domains = {"example.com"}};
        const auto opinion = judge_stranger_claims(facts);
        EXPECT_TRUE(std::holds_alternative<Pass>(opinion.decision));
        const auto marked =
            opinion.effects.empty() ? std::string{} : std::get<Tag>(opinion.effects[0]).value;
        EXPECT_EQ(marked, c.marked) << c.block;
    }
}

TEST(CheckStrangerClaims, says_nothing_of_whoever_signed_in) {
    const auto login = ann();
    const auto header = header_facts(mail::Header{"From: ann@example.com\r\n"});
    EXPECT_TRUE(
        judge_stranger_claims({.login = &login, .header = &header, .our_domains = {"example.com"}})
            .effects.empty());
}

}  // namespace
}  // namespace signet::policy

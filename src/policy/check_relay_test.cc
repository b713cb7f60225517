#include "policy/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::policy {

Opinion judge_relay(const Facts& facts);

namespace {

Addressee ours(std::string_view local_part) {
    return {.mailbox = {std::string{local_part}, "example.com"}, .local = true, .known = true};
}

std::string told(const Facts& facts) {
    const auto decision = judge_relay(facts).decision;
    if (auto* no = std::get_if<Reject>(&decision))
        return std::to_string(no->code) + " " + no->status;
    return std::holds_alternative<Pass>(decision) ? "pass" : "defer";
}

TEST(CheckRelay, security_25_a_stranger_reaches_nobody_but_our_recipients) {
    struct Case {
        Addressee recipient;
        std::string_view told;
    };
    const Case cases[] = {
        {ours("bob"), "pass"},
        {ours("b.o-b+tag"), "pass"},
        {ours("two words"), "pass"},
        {{.mailbox = {"bob", "example.net"}}, "550 5.7.1"},
        {{.mailbox = {"bob", "[192.0.2.1]"}}, "550 5.7.1"},
        {{.mailbox = {"bob", "sub.example.com"}}, "550 5.7.1"},
        {ours("bob%example.net"), "550 5.7.1"},
        {ours("example.net!bob"), "550 5.7.1"},
        {ours("bob@example.net"), "550 5.7.1"},
        {ours("@example.net:bob"), "550 5.7.1"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(told({.open = true, .recipient = &c.recipient}), c.told)
            << c.recipient.mailbox.text();
    }
}

TEST(CheckRelay, security_05_where_strangers_are_not_welcome_nobody_reaches_anybody) {
    const auto bob = ours("bob");
    EXPECT_EQ(told({.recipient = &bob}), "530 5.7.0");
}

TEST(CheckRelay, leaves_a_proven_client_to_the_other_checks) {
    const identity::Login login;
    const Addressee abroad{.mailbox = {"bob", "example.net"}};
    EXPECT_EQ(told({.login = &login, .open = true, .recipient = &abroad}), "pass");
}

TEST(CheckRelay, fits_a_reply_line_whatever_the_domain_is) {
    const Addressee abroad{.mailbox = {"bob", std::string(255, 'd')}};
    const auto decision = judge_relay({.open = true, .recipient = &abroad}).decision;
    EXPECT_LE(std::get<Reject>(decision).text.size(), 450u);
}

}  // namespace
}  // namespace signet::policy

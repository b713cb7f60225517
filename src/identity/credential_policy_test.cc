#include "identity/credential_policy.h"

#include <gtest/gtest.h>

namespace signet::identity {
namespace {

TEST(CredentialPolicy, IsReadAsItIsWritten) {
    CredentialPolicy policy;
    EXPECT_EQ(text_of(policy), "");
    EXPECT_EQ(parse_credential_policy(""), policy);
    EXPECT_EQ(parse_credential_policy("{}"), policy);
    policy.senders = {{"ann", "example.com"}, {"", "shop.example"}};
    policy.recipient_domains = {"*.example.com", "partner.example"};
    policy.networks = {*parse_network("192.0.2.0/24"), *parse_network("2001:db8::/32")};
    policy.mechanisms = {"LOGIN", "SCRAM-SHA-256"};
    policy.min_tls = "1.3";
    policy.limits.messages = Rate{5, std::chrono::seconds{60}};
    policy.limits.recipients = Rate{0, std::chrono::seconds{3'600}};
    policy.limits.message_recipients = 3;
    policy.limits.message_size = std::uint64_t{1} << 33;
    EXPECT_EQ(text_of(policy),
              R"({"senders":["ann@example.com","*@shop.example"],)"
              R"("recipient_domains":["*.example.com","partner.example"],)"
              R"("networks":["192.0.2.0/24","2001:db8::/32"],)"
              R"("mechanisms":["LOGIN","SCRAM-SHA-256"],"min_tls":"1.3",)"
              R"("limits":{"messages":[5,60],"recipients":[0,3600],"message_recipients":3,)"
              R"("message_size":8589934592}})");
    EXPECT_EQ(parse_credential_policy(text_of(policy)), policy);
}

TEST(CredentialPolicy, WhatCannotBeReadIsSaidInASentence) {
    struct Case {
        std::string text, fault;
    };
    const Case cases[] = {
        {"[]", "a policy is a JSON object"},
        {"{", "a policy is a JSON object"},
        {R"({"sender":[]})", "a policy has no `sender`"},
        {R"({"senders":["ann"]})", "`ann` cannot stand in senders"},
        {R"({"senders":"ann@example.com"})", "senders is a list of at most 1000 texts"},
        {R"({"senders":[7]})", "something that is no text cannot stand in senders"},
        {R"({"networks":["192.0.2.1/24"]})", "`192.0.2.1/24` cannot stand in networks"},
        {R"({"mechanisms":["ROT13"]})", "`ROT13` cannot stand in mechanisms"},
        {R"({"recipient_domains":["a b"]})", "`a b` cannot stand in recipient_domains"},
        {R"({"recipient_domains":["*"]})", "`*` cannot stand in recipient_domains"},
        {R"({"min_tls":"1.1"})", "min_tls is 1.2 or 1.3"},
        {R"({"min_tls":1.2})", "min_tls is 1.2 or 1.3"},
        {R"({"limits":[]})", "limits is an object"},
        {R"({"limits":{"messages":"5/1m"}})", "`messages` in limits is unknown or cannot be read"},
        {R"({"limits":{"messages":[5,0]}})", "`messages` in limits is unknown or cannot be read"},
        {R"({"limits":{"messages":[-1,9]}})", "`messages` in limits is unknown or cannot be read"},
        {R"({"limits":{"size":5}})", "`size` in limits is unknown or cannot be read"},
        {std::string(70'000, ' '), "a policy has at most 64 KiB"},
    };
    for (const auto& c : cases) {
        const auto read = parse_credential_policy(c.text);
        ASSERT_FALSE(read) << c.text.substr(0, 100);
        EXPECT_EQ(read.error(), c.fault);
    }
}

TEST(CredentialPolicy, ASignInMustComeFromWhereAndHowItSays) {
    CredentialPolicy policy;
    Claim claim{"ann", "LOGIN", "192.0.2.7", "TLSv1.2"};
    EXPECT_FALSE(against_policy(policy, claim));
    policy.networks = {*parse_network("192.0.2.0/24")};
    EXPECT_FALSE(against_policy(policy, claim));
    claim.client = "::ffff:192.0.2.9";
    EXPECT_FALSE(against_policy(policy, claim));
    for (const auto* elsewhere : {"198.51.100.1", "2001:db8::1", "", "nonsense"}) {
        claim.client = elsewhere;
        EXPECT_EQ(against_policy(policy, claim), Refusal::network_not_allowed) << elsewhere;
    }
    claim.client = "192.0.2.7";
    policy.mechanisms = {"SCRAM-SHA-256"};
    EXPECT_EQ(against_policy(policy, claim), Refusal::mechanism_not_allowed);
    policy.mechanisms = {"SCRAM-SHA-256", "LOGIN"};
    policy.min_tls = "1.2";
    EXPECT_FALSE(against_policy(policy, claim));
    policy.min_tls = "1.3";
    EXPECT_EQ(against_policy(policy, claim), Refusal::tls_too_old);
    claim.tls = "TLSv1.3";
    EXPECT_FALSE(against_policy(policy, claim));
    claim.tls = "";
    EXPECT_EQ(against_policy(policy, claim), Refusal::tls_too_old);
}

TEST(CredentialPolicy, SendersAreThoseThatBothSidesName) {
    const std::vector<SendAs> account{{"ann", "example.com"}, {"", "shop.example"}};
    CredentialPolicy policy;
    EXPECT_EQ(senders_within(policy, account), account);
    policy.senders = {{"scan", "shop.example"}, {"bob", "example.com"}, {"", "other.example"}};
    EXPECT_EQ(senders_within(policy, account), (std::vector<SendAs>{{"scan", "shop.example"}}));
    policy.senders = {{"", "example.com"}, {"", "shop.example"}};
    EXPECT_EQ(senders_within(policy, account), account);
    policy.senders = {{"bob", "example.com"}};
    EXPECT_TRUE(senders_within(policy, account).empty()) << "nothing, and not everything";
}

}  // namespace
}  // namespace signet::identity

#include "base/base64.h"
#include "sasl/client.h"

#include <gtest/gtest.h>

namespace signet::sasl {
namespace {

using namespace std::string_literals;

ClientCredentials credentials(std::string user, std::string token) {
    return {.user = std::move(user), .password = Secret{std::move(token)}, .token = true};
}

std::unique_ptr<ClientExchange> begin(std::string mechanism, std::string user, std::string token) {
    const std::string names[] = {std::move(mechanism)};
    const auto* chosen = choose_client_mechanism({.offered = names, .token = true});
    if (!chosen) return nullptr;
    return chosen->begin({.credentials = credentials(std::move(user), std::move(token))});
}

std::string answer(ClientExchange& exchange, std::string_view challenge) {
    const auto said = exchange.respond(challenge);
    return said ? std::string{std::get<Secret>(*said).reveal()} : "fault";
}

// RFC 7628 §4.1, without host and port.
TEST(SaslClientOauth, OauthbearerSendsUserAndTokenWithTheCommand) {
    const auto exchange =
        begin("OAUTHBEARER", "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    const auto message = exchange->initial();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->reveal(),
              "n,a=user@example.com,\x01"
              "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"s);
    EXPECT_TRUE(exchange->satisfied());
}

TEST(SaslClientOauth, OauthbearerWritesWhatWouldEndTheNameAsTheStandardSays) {
    const auto exchange = begin("oauthbearer", "a,b=c", "t");
    EXPECT_EQ(exchange->initial()->reveal(),
              "n,a=a=2Cb=3Dc,\x01"
              "auth=Bearer t\x01\x01"s);
}

// https://developers.google.com/workspace/gmail/imap/xoauth2-protocol, its example.
TEST(SaslClientOauth, Xoauth2SendsTheMessageOfItsDescription) {
    const auto exchange =
        begin("XOAUTH2", "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");
    const auto message = exchange->initial();
    ASSERT_TRUE(message);
    EXPECT_EQ(base64(message->reveal()),
              "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNr"
              "QmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==");
}

TEST(SaslClientOauth, TheReasonOfARefusalIsAnsweredSoThatTheReplyComes) {
    const auto reason = R"({"status":"invalid_token","scope":"mail"})";
    const auto bearer = begin("OAUTHBEARER", "u", "t");
    EXPECT_TRUE(bearer->initial());
    EXPECT_EQ(answer(*bearer, reason), "\x01");  // RFC 7628 §3.2.3
    EXPECT_EQ(answer(*bearer, reason), "fault");
    const auto xoauth2 = begin("XOAUTH2", "u", "t");
    EXPECT_TRUE(xoauth2->initial());
    EXPECT_EQ(answer(*xoauth2, reason), "");
    EXPECT_EQ(answer(*xoauth2, reason), "fault");
}

TEST(SaslClientOauth, AServerThatSpeaksFirstOrTwiceGetsNothing) {
    for (const auto* mechanism : {"OAUTHBEARER", "XOAUTH2"}) {
        const auto early = begin(mechanism, "u", "t");
        EXPECT_EQ(answer(*early, ""), "fault");
        EXPECT_FALSE(early->initial());
        const auto late = begin(mechanism, "u", "t");
        EXPECT_TRUE(late->initial());
        EXPECT_FALSE(late->initial());
        EXPECT_EQ(answer(*late, ""), "fault");
    }
}

TEST(SaslClientOauth, ATokenGoesByTheMechanismsForTokensAndAPasswordByTheOthers) {
    const std::vector<std::string> all{"LOGIN", "PLAIN", "XOAUTH2", "OAUTHBEARER", "SCRAM-SHA-256"};
    EXPECT_EQ(choose_client_mechanism({.offered = all, .token = true})->name, "OAUTHBEARER");
    EXPECT_EQ(choose_client_mechanism({.offered = all})->name, "SCRAM-SHA-256");
    const std::vector<std::string> microsoft{"LOGIN", "XOAUTH2"};
    EXPECT_EQ(choose_client_mechanism({.offered = microsoft, .token = true})->name, "XOAUTH2");
    EXPECT_EQ(choose_client_mechanism({.offered = microsoft})->name, "LOGIN");
    const std::vector<std::string> only{"XOAUTH2"};
    EXPECT_EQ(choose_client_mechanism({.offered = all, .allowed = only, .token = true})->name,
              "XOAUTH2");
    EXPECT_EQ(choose_client_mechanism({.offered = only}), nullptr);
    const std::vector<std::string> passwords{"LOGIN", "PLAIN", "SCRAM-SHA-256"};
    EXPECT_EQ(choose_client_mechanism({.offered = passwords, .token = true}), nullptr);
}

// Class 22: a separator in a value would add a key of the attacker's.
TEST(SaslClientOauth, security_22_WhatWouldNotArriveAsItIsIsNotUsable) {
    EXPECT_TRUE(credentials("scan@example.com", "eyJ.a-b_c~d+e/f==").usable());
    EXPECT_TRUE(credentials(std::string(320, ','), std::string(8'000, 't')).usable());
    for (const auto& token : {""s, "="s, "a b"s, "a=b"s, "a\x01"s, "a\r\n"s, "a\0b"s, "\xc3\xa9"s,
                              std::string(8'001, 't')}) {
        EXPECT_FALSE(credentials("u", token).usable()) << token;
    }
    for (const auto& user : {""s, "u\x01"s, "u\nx"s, "u\0x"s, "u\x7f"s, std::string(321, 'u')}) {
        EXPECT_FALSE(credentials(user, "t").usable()) << user;
    }
}

}  // namespace
}  // namespace signet::sasl

#include "sasl/mechanism.h"
#include "sasl/token_messages.h"

#include "base/base64.h"

#include <gtest/gtest.h>

namespace signet::sasl {
namespace {

using namespace std::string_literals;

ClientMessage says(std::string octets) { return {Secret{std::move(octets)}}; }

std::unique_ptr<Exchange> exchange_of(std::string_view name) {
    return find_mechanism(name)->begin();
}

Reason why(const Step& step) { return std::get<Denied>(step).reason; }

// The examples of RFC 7628 §4.1 and §4.2, and of Google's page on XOAUTH2.
const std::string kToken = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";
const std::string kBearer = "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"s +
                            "auth=Bearer " + kToken + "\x01\x01";
const std::string kXoauth2 =
    "user=someuser@example.com\x01"s + "auth=Bearer ya29." + kToken + "\x01\x01";

TEST(TokenMessages, TheExamplesOfTheirTextsAreUnderstood) {
    auto bearer = parse_oauthbearer(kBearer);
    ASSERT_TRUE(bearer);
    EXPECT_EQ(bearer->name, "user@example.com");
    EXPECT_EQ(bearer->token.reveal(), kToken);
    bearer = parse_oauthbearer(*unbase64(
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
        "HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"));
    ASSERT_TRUE(bearer) << "as RFC 7628 §4.1 encodes it";
    EXPECT_EQ(bearer->token.reveal(), kToken);
    const auto xoauth2 = parse_xoauth2(kXoauth2);
    ASSERT_TRUE(xoauth2);
    EXPECT_EQ(xoauth2->name, "someuser@example.com");
    EXPECT_EQ(xoauth2->token.reveal(), "ya29." + kToken);
}

TEST(TokenMessages, WhatMayBeLeftOutMay) {
    struct Case {
        std::string message, name, token;
    };
    for (const auto& c : {
             Case{"n,,\x01"s + "auth=Bearer abc\x01\x01", "", "abc"},
             Case{"y,,\x01"s + "auth=bearer   abc\x01\x01", "", "abc"},
             Case{"n,a=b=2Cc=3Dd,\x01"s + "auth=BEARER a-._~+/=\x01\x01", "b,c=d", "a-._~+/="},
             Case{"n,,\x01"s + "auth=Bearer abc\x01qs=a=b&c\x01mthd=POST\x01\x01", "", "abc"},
             Case{"n,a=ann,\x01"s + "auth=\x01\x01", "ann", ""},
             Case{"n,a=ann,\x01\x01", "ann", ""},
             Case{"\x01", "", ""},
         }) {
        const auto said = parse_oauthbearer(c.message);
        ASSERT_TRUE(said) << c.message;
        EXPECT_EQ(said->name, c.name) << c.message;
        EXPECT_EQ(said->token.reveal(), c.token) << c.message;
    }
    const auto other_order = parse_xoauth2("auth=bearer abc\x01user=ann\x01\x01");
    ASSERT_TRUE(other_order);
    EXPECT_EQ(other_order->name, "ann");
}

// A scheme and blanks, which the fuzzer found: there is no token where they end.
TEST(TokenMessages, security_07_a_token_of_blanks_is_none) {
    for (const auto* blanks : {" ", "  ", "    "}) {
        const auto auth = "auth=Bearer"s + blanks + "\x01\x01";
        EXPECT_FALSE(parse_oauthbearer("n,,\x01" + auth)) << auth;
        EXPECT_FALSE(parse_xoauth2("user=ann\x01" + auth)) << auth;
    }
}

TEST(TokenMessages, OctetsOutsideTheirGrammarsAreRefused) {
    const auto auth = "auth=Bearer abc\x01"s;
    for (const auto& bad :
         {""s,
          "n"s,
          "n,"s,
          "n,,"s,
          "n,,\x01"s,
          "n,,\x01" + auth,
          "n,,\x01" + auth + "\x01x",
          "n,," + auth + "\x01",
          "p=tls-unique,,\x01" + auth + "\x01",
          "x,,\x01" + auth + "\x01",
          "n,ann,\x01" + auth + "\x01",
          "n,a=,\x01" + auth + "\x01",
          "n,a=b=2c,\x01" + auth + "\x01",
          "n,a=a\0b,\x01"s + auth + "\x01",
          "n,a=a\nb,\x01" + auth + "\x01",
          "n,a=\xFF,\x01" + auth + "\x01",
          "n,a=" + std::string(256, 'a') + ",\x01" + auth + "\x01",
          "n,,\x01" + auth + auth + "\x01",
          "n,,\x01=x\x01" + auth + "\x01",
          "n,,\x01host\x01" + auth + "\x01",
          "n,,\x01h0st=x\x01" + auth + "\x01",
          "n,,\x01host=\xC3\xA4\x01" + auth + "\x01",
          "n,,\x01host=a\0b\x01"s + auth + "\x01",
          "n,,\x01"s + "auth=Basic abc\x01\x01",
          "n,,\x01"s + "auth=Bearer\x01\x01",
          "n,,\x01"s + "auth=Bearer \x01\x01",
          "n,,\x01"s + "auth=Bearer a b\x01\x01",
          "n,,\x01"s + "auth=Bearer a=b\x01\x01",
          "n,,\x01"s + "auth=Bearer =\x01\x01",
          "n,,\x01"s + "auth=Bearer a,b\x01\x01",
          "n,,\x01"s + "auth=Bearer\tabc\x01\x01",
          "n,,\x01"s + "auth=Bearer " + std::string(kLongestToken + 1, 'a') + "\x01\x01"}) {
        EXPECT_FALSE(parse_oauthbearer(bad)) << bad;
    }
    std::string many = "n,,\x01";
    for (char letter = 'a'; letter < 'q'; ++letter) many += letter + "=1\x01"s;
    EXPECT_FALSE(parse_oauthbearer(many + auth + "\x01"));
    for (const auto& bad :
         {""s, "user=ann\x01"s + auth, "user=ann\x01\x01"s, auth + "\x01",
          "user=\x01" + auth + "\x01", "user=ann\x01"s + auth + "x=1\x01\x01",
          "user=ann\x01"s + "user=bob\x01" + auth + "\x01", "user=ann\x01"s + "auth=abc\x01\x01",
          "user=a\nb\x01" + auth + "\x01", "user=a\0b\x01"s + auth + "\x01",
          "user=ann\x01"s + auth + "\x01\x01", "user=ann\x01"s + "auth=Bearer   \x01\x01"}) {
        EXPECT_FALSE(parse_xoauth2(bad)) << bad;
    }
}

TEST(TokenMechanisms, ATokenIsGrantedByTheAuthoritysWord) {
    for (const auto& [name, message, user] :
         {std::tuple{"OAUTHBEARER", kBearer, "user@example.com"},
          std::tuple{"XOAUTH2", kXoauth2, "someuser@example.com"}}) {
        EXPECT_EQ(find_mechanism(name)->needs, Needs::token);
        auto exchange = exchange_of(name);
        EXPECT_EQ(std::get<Challenge>(exchange->resume(ClientMessage{})).octets, "");
        const auto step = exchange->resume(says(message));
        EXPECT_EQ(std::get<CheckToken>(step).name, user);
        const auto last = exchange->resume(TokenChecked{true});
        EXPECT_EQ(std::get<Granted>(last).identity.authzid, user);
        EXPECT_EQ(why(exchange->resume(TokenChecked{true})), Reason::out_of_turn);
    }
}

TEST(TokenMechanisms, TheFailedExchangeOfRfc7628IsSpokenWordForWord) {  // its section 4.3
    auto exchange = exchange_of("OAUTHBEARER");
    const auto asked = exchange->resume(says(
        "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"s + "auth=\x01\x01"));
    EXPECT_TRUE(std::get<CheckToken>(asked).token.empty());
    const auto told =
        exchange->resume(TokenChecked{false,
                                      {"invalid_token", "example_scope",
                                       "https://example.com/.well-known/openid-configuration"}});
    EXPECT_EQ(base64(std::get<Challenge>(told).octets),
              "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIiwib3BlbmlkLWNvbmZp"
              "Z3VyYXRpb24iOiJodHRwczovL2V4YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25maWd1cmF0aW9u"
              "In0=");
    EXPECT_EQ(why(exchange->resume(says(*unbase64("AQ==")))), Reason::credentials);
}

// RFC 7628 §3.2.2 and §3.2.3: what is wrong comes as a challenge, and any answer ends it.
TEST(TokenMechanisms, ARefusalIsToldAsJsonAndFailsWithTheNextMessage) {
    struct Case {
        std::string mechanism, message;
        TokenHint hint;
        std::string said;
    };
    for (const auto& c : {
             Case{"OAUTHBEARER", kBearer, {}, R"({"status":"invalid_token"})"},
             Case{"OAUTHBEARER",
                  kBearer,
                  {"insufficient_scope", "mail.send", "https://id.example.com/x\"y"},
                  R"({"status":"insufficient_scope","scope":"mail.send",)"
                  R"("openid-configuration":"https://id.example.com/x\"y"})"},
             Case{"XOAUTH2", kXoauth2, {}, R"({"status":"401","schemes":"bearer"})"},
             Case{"XOAUTH2",
                  kXoauth2,
                  {"insufficient_scope", "mail.send", {}},
                  R"({"status":"403","schemes":"bearer","scope":"mail.send"})"},
         }) {
        for (const auto& answer : {""s, "\x01"s, "anything"s}) {
            auto exchange = exchange_of(c.mechanism);
            exchange->resume(says(c.message));
            const auto told = exchange->resume(TokenChecked{false, c.hint});
            EXPECT_EQ(std::get<Challenge>(told).octets, c.said);
            const auto last = exchange->resume(says(answer));
            EXPECT_EQ(why(last), Reason::credentials);
            EXPECT_NE(std::get<Denied>(last).authcid, "");
            EXPECT_EQ(why(exchange->resume(says(c.message))), Reason::out_of_turn);
        }
    }
}

TEST(TokenMechanisms, EachOtherOrderIsOutOfTurn) {
    for (const auto* name : {"OAUTHBEARER", "XOAUTH2"}) {
        EXPECT_EQ(why(exchange_of(name)->resume(TokenChecked{true})), Reason::out_of_turn);
        auto exchange = exchange_of(name);
        exchange->resume(ClientMessage{});
        EXPECT_EQ(why(exchange->resume(ClientMessage{})), Reason::out_of_turn);
        exchange = exchange_of(name);
        exchange->resume(says(name == "XOAUTH2"s ? kXoauth2 : kBearer));
        EXPECT_EQ(why(exchange->resume(says(kBearer))), Reason::out_of_turn);
        EXPECT_EQ(why(exchange->resume(TokenChecked{true})), Reason::out_of_turn) << "spent";
        EXPECT_EQ(why(exchange_of(name)->resume(says("junk"))), Reason::malformed);
    }
}

}  // namespace
}  // namespace signet::sasl

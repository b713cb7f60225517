#include "sasl/mechanism.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace signet::sasl {
namespace {

using namespace std::string_literals;

ClientMessage says(std::string octets) { return {Secret{std::move(octets)}}; }

std::unique_ptr<Exchange> cram() {
    return find_mechanism("CRAM-MD5")
        ->begin({.server_nonce = "1896.69717095212345", .host = "mail.example.com"});
}

// HMAC-MD5 of RFC 2195 §3: what its client "tim" answers.
const std::string kDigits = "b913a602c7eda7a495b4e6e7334d3890";

Step answer(std::string said) {
    const auto exchange = cram();
    exchange->resume(ClientMessage{});
    return exchange->resume(says(std::move(said)));
}

Reason why(const Step& step) { return std::get<Denied>(step).reason; }

TEST(CramMd5, TheServerSpeaksFirstAndTheProofIsMadeOverWhatItSaid) {
    const auto exchange = cram();
    const auto first = exchange->resume(ClientMessage{});
    EXPECT_EQ(std::get<Challenge>(first).octets, "<1896.69717095212345@mail.example.com>");
    const auto step = exchange->resume(says("tim " + kDigits));
    const auto& asked = std::get<CheckProof>(step);
    EXPECT_EQ(asked.identity.authcid, "tim");
    EXPECT_EQ(asked.identity.authzid, "");
    EXPECT_EQ(asked.kind, ProofKind::cram_md5);
    EXPECT_EQ(asked.auth_message, "<1896.69717095212345@mail.example.com>");
    EXPECT_EQ(hex(asked.proof), kDigits);
    const auto last = exchange->resume(ProofChecked{true, {}});
    EXPECT_EQ(std::get<Granted>(last).identity.authcid, "tim");
    EXPECT_EQ(std::get<Granted>(last).octets, "");
}

TEST(CramMd5, ANameMayHoldSpacesAndTheDigitsEitherCase) {
    const auto step = answer("ann b. " + upper(kDigits));
    EXPECT_EQ(std::get<CheckProof>(step).identity.authcid, "ann b.");
    EXPECT_EQ(hex(std::get<CheckProof>(step).proof), kDigits);
    EXPECT_EQ(
        std::get<CheckProof>(answer(std::string(255, 'a') + " " + kDigits)).identity.authcid.size(),
        255u);
}

TEST(CramMd5, OctetsOutsideTheGrammarAreRefused) {
    for (const auto& bad :
         {""s, "tim"s, " "s, " " + kDigits, kDigits, "tim " + kDigits + " ", "tim  "s,
          "tim " + kDigits.substr(1), "tim " + kDigits + "0", "tim " + kDigits.substr(2),
          "tim g" + kDigits.substr(1), "t\0m "s + kDigits, "t\xC0m " + kDigits,
          std::string(256, 'a') + " " + kDigits, "tim\t" + kDigits}) {
        EXPECT_EQ(why(answer(bad)), Reason::malformed) << bad;
    }
    // RFC 4954 §4: no initial response where the server speaks first.
    EXPECT_EQ(why(cram()->resume(says("tim " + kDigits))), Reason::malformed);
    EXPECT_EQ(why(cram()->resume(says(""))), Reason::malformed);
}

TEST(CramMd5, EachOtherOrderIsOutOfTurn) {
    auto exchange = cram();
    EXPECT_EQ(why(exchange->resume(ProofChecked{true, {}})), Reason::out_of_turn);
    exchange = cram();
    exchange->resume(ClientMessage{});
    EXPECT_EQ(why(exchange->resume(ClientMessage{})), Reason::out_of_turn);
    exchange = cram();
    exchange->resume(ClientMessage{});
    exchange->resume(says("tim " + kDigits));
    EXPECT_EQ(why(exchange->resume(says("tim " + kDigits))), Reason::out_of_turn);
    EXPECT_EQ(why(exchange->resume(ProofChecked{true, {}})), Reason::out_of_turn) << "spent";
    exchange = cram();
    exchange->resume(ClientMessage{});
    exchange->resume(says("tim " + kDigits));
    EXPECT_EQ(why(exchange->resume(Checked{true})), Reason::out_of_turn);
}

TEST(CramMd5, AWrongProofIsDeniedByTheStoresWord) {
    auto exchange = cram();
    exchange->resume(ClientMessage{});
    exchange->resume(says("tim " + kDigits));
    const auto step = exchange->resume(ProofChecked{});
    EXPECT_EQ(why(step), Reason::credentials);
    EXPECT_EQ(std::get<Denied>(step).authcid, "tim");
}

}  // namespace
}  // namespace signet::sasl

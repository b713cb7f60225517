#include "sasl/mechanism.h"

#include <gtest/gtest.h>

namespace signet::sasl {
namespace {

using namespace std::string_literals;

ClientMessage says(std::string octets) { return {Secret{std::move(octets)}}; }
ClientMessage nothing() { return {}; }

std::unique_ptr<Exchange> external() { return find_mechanism("EXTERNAL")->begin(); }

Reason why(const Step& step) { return std::get<Denied>(step).reason; }

// RFC 4422 appendix A.4: an empty response, and one that names somebody.
TEST(External, TheClientSaysWhomItWantsToActAsOrNothing) {
    for (const auto& authzid : {""s, "fred@example.com"s, "j\xC3\xB6rg"s, std::string(255, 'a')}) {
        const auto step = external()->resume(says(authzid));
        const auto* asked = std::get_if<CheckExternal>(&step);
        ASSERT_NE(asked, nullptr) << authzid;
        EXPECT_EQ(asked->authzid, authzid);
    }
}

TEST(External, WithoutInitialResponseTheMessageIsAskedForByAnEmptyChallenge) {
    auto exchange = external();
    EXPECT_EQ(std::get<Challenge>(exchange->resume(nothing())).octets, "");
    EXPECT_TRUE(std::holds_alternative<CheckExternal>(exchange->resume(says(""))));
}

TEST(External, AnExchangeIsGrantedOnlyByTheJudgesWord) {
    auto right = external();
    right->resume(says("ann"));
    const auto step = right->resume(Checked{true});
    EXPECT_EQ(std::get<Granted>(step).identity.authzid, "ann");
    EXPECT_EQ(std::get<Granted>(step).octets, "");
    auto wrong = external();
    wrong->resume(says("ann"));
    EXPECT_EQ(why(wrong->resume(Checked{false})), Reason::credentials);
    EXPECT_EQ(why(wrong->resume(Checked{true})), Reason::out_of_turn) << "it is spent";
}

TEST(External, EachDepartureFromTheGrammarIsMalformed) {
    for (const auto& message :
         {"ann\0bob"s, "\0"s, "an\x80n"s, "\xC0\x80"s, std::string(256, 'a')}) {
        EXPECT_EQ(why(external()->resume(says(message))), Reason::malformed) << message;
    }
}

TEST(External, AnyOtherOrderIsRefusedAndEndsIt) {
    EXPECT_EQ(why(external()->resume(Checked{true})), Reason::out_of_turn);
    EXPECT_EQ(why(external()->resume(SaltFound{})), Reason::out_of_turn);
    EXPECT_EQ(why(external()->resume(ProofChecked{true, {}})), Reason::out_of_turn);
    EXPECT_EQ(why(external()->resume(TokenChecked{true})), Reason::out_of_turn);
    auto twice = external();
    twice->resume(nothing());
    EXPECT_EQ(why(twice->resume(nothing())), Reason::out_of_turn);
    auto again = external();
    again->resume(says("ann"));
    EXPECT_EQ(why(again->resume(says("bob"))), Reason::out_of_turn);
    EXPECT_EQ(why(again->resume(Checked{true})), Reason::out_of_turn);
}

}  // namespace
}  // namespace signet::sasl

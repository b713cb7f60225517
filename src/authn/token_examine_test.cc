#include "authn/token_examine.h"

#include "authn/token_world.h"
#include "oauth/claims.h"

#include <gtest/gtest.h>

namespace signet::authn {
namespace {

using Ask = Issuer::Ask;

class TokenExamineTest : public testing::Test {
protected:
    TokenWorld world_;

    TokenExamination examine(const std::string& token) {
        const auto secret = Secret::copy_of(token);
        return net::run_task(examine_token(*world_.check().issuers(), world_.store(), world_.clock,
                                           secret, Deadline::never()));
    }
    // What is wrong, each by its word and sentence.
    std::string wrong(const std::string& token) {
        std::string all;
        for (const auto& [what, right, sentence] : examine(token).findings) {
            if (!right) all += what + ": " + sentence + "\n";
        }
        return all;
    }
};

TEST_F(TokenExamineTest, of_a_good_token_everything_is_said) {
    const auto found = examine(world_.token());
    EXPECT_TRUE(found.good());
    EXPECT_EQ(found.issuer, "login");
    EXPECT_EQ(found.account, "ann@example.com");
    std::string all;
    for (const auto& [what, right, sentence] : found.findings) {
        EXPECT_TRUE(right) << what;
        all += sentence + "\n";
    }
    EXPECT_EQ(all,
              "It is a JWT, signed with ES256.\n"
              "Its type is \"at+jwt\".\n"
              "Its signature is right, made with the key \"k\".\n"
              "It is from \"https://login.example\".\n"
              "It is for \"smtp.example.com\".\n"
              "It ends in 10 minutes.\n"
              "It is not tied to a key.\n"
              "It names no program.\n"
              "It has the scopes \"mail.send\".\n"
              "It signs in as \"ann@example.com\".\n"
              "The account \"ann@example.com\" is there and may send.\n");
}

TEST_F(TokenExamineTest, all_that_is_wrong_is_said_and_not_the_first_alone) {
    const auto text = wrong(
        world_.token({{"aud", "\"https://graph.example\""}, {"exp", "1"}, {"scope", "\"openid\""}},
                     R"({"alg":"ES256","kid":"k","typ":"JWT"})"));
    EXPECT_TRUE(text.contains("type: Its type (typ) is \"JWT\"")) << text;
    EXPECT_TRUE(
        text.contains("audience: It is for \"https://graph.example\" (aud), not for "
                      "\"smtp.example.com\"."));
    EXPECT_TRUE(text.contains("times: It ended"));
    EXPECT_TRUE(text.contains("scope: It lacks the scope \"mail.send\"; it has \"openid\"."));
    EXPECT_FALSE(text.contains("signature:"));
}

TEST_F(TokenExamineTest, accounts_are_looked_at_too) {
    EXPECT_EQ(wrong(world_.token({{"sub", "\"eve@example.com\""}})),
              "account: The account \"eve@example.com\" does not exist here.\n");
    EXPECT_EQ(wrong(world_.token({{"sub", "\"bob@example.com\""}})),
              "account: The account \"bob@example.com\" is disabled.\n");
}

TEST_F(TokenExamineTest, an_issuer_that_does_not_answer_is_named) {
    world_.web.down = "Nobody answers there.";
    EXPECT_EQ(wrong(world_.token()), "signature: Nobody can say: Nobody answers there.\n");
    EXPECT_FALSE(examine(world_.token()).good());
}

TEST_F(TokenExamineTest, what_is_no_token_and_whose_it_is_not) {
    EXPECT_TRUE(wrong("opaque").starts_with("form: It is no JWT"));
    EXPECT_TRUE(wrong("eyJ9.eyJ9.x").starts_with("form: "));
    EXPECT_EQ(wrong(world_.token({{"iss", "\"https://evil.example\""}})),
              "issuer: It says that \"https://evil.example\" made it (iss), which no [[issuer]] "
              "is.\n");
}

TEST_F(TokenExamineTest, an_opaque_token_is_asked_about) {
    const std::string url{TokenWorld::kIntrospection};
    world_.use({world_.make_issuer("silent", "https://silent.example", {.ask = Ask::opaque}),
                world_.make_issuer("login", std::string{TokenWorld::kUrl},
                                   {.ask = Ask::opaque, .introspection_url = url})});
    world_.say(R"({"active":true,"sub":"ann@example.com","aud":"smtp.example.com",)"
               R"("scope":"mail.send"})");
    const auto found = examine("opaque");
    EXPECT_TRUE(found.good());
    EXPECT_EQ(found.issuer, "login");
    EXPECT_EQ(found.account, "ann@example.com");
    world_.say(R"({"active":false})");
    world_.advance(std::chrono::seconds{60});
    const auto text = wrong("opaque");
    EXPECT_TRUE(text.contains("[[issuer]] silent: Nobody can say")) << text;
    EXPECT_TRUE(text.contains("[[issuer]] login: Its issuer says that it is not active")) << text;
}

}  // namespace
}  // namespace signet::authn

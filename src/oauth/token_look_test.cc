#include "oauth/token_look.h"

#include "base/base64.h"

#include <gtest/gtest.h>

namespace signet::oauth {
namespace {

using Words = std::vector<std::string>;

std::string token_of(const std::string& payload) {
    return base64url(R"({"typ":"JWT","alg":"RS256"})") + "." + base64url(payload) + ".c2ln";
}

TEST(TokenLook, shows_what_an_application_token_of_entra_says) {
    const auto look = look_at_token(token_of(
        R"({"aud":"https://outlook.office365.com","iss":"https://sts.windows.net/t/","exp":1795500000,)"
        R"("appid":"app-1","oid":"object-1","roles":["SMTP.SendAsApp","Mail.Send"],"tid":"t"})"));
    ASSERT_TRUE(look);
    EXPECT_EQ(look->issuer, "https://sts.windows.net/t/");
    EXPECT_EQ(look->tenant, "t");
    EXPECT_EQ(look->client, "app-1");
    EXPECT_EQ(look->object, "object-1");
    EXPECT_EQ(look->audience, Words{"https://outlook.office365.com"});
    EXPECT_EQ(look->roles, (Words{"SMTP.SendAsApp", "Mail.Send"}));
    EXPECT_TRUE(look->scopes.empty());
    EXPECT_EQ(look->expires, WallTime{std::chrono::seconds{1'795'500'000}});
}

TEST(TokenLook, shows_what_a_persons_token_says) {
    const auto look = look_at_token(token_of(
        R"({"aud":["a","b"],"scp":"SMTP.Send openid","upn":"ann@example.com","azp":"c"})"));
    ASSERT_TRUE(look);
    EXPECT_EQ(look->audience, (Words{"a", "b"}));
    EXPECT_EQ(look->scopes, (Words{"SMTP.Send", "openid"}));
    EXPECT_EQ(look->user, "ann@example.com");
    EXPECT_EQ(look->client, "c");
    EXPECT_FALSE(look->expires);
}

TEST(TokenLook, of_an_opaque_token_nothing_is_read) {
    for (const auto& token : {std::string{}, std::string{"ya29.abc"}, std::string{"a.b.c.d.e"},
                              token_of("[]"), token_of("nothing"), token_of(R"({"a":1,"a":2})"),
                              std::string{"!.!.!"}, std::string(20'000, 'a')}) {
        EXPECT_FALSE(look_at_token(token)) << token.substr(0, 40);
    }
}

TEST(TokenLook, what_is_shown_cannot_steer_a_terminal) {
    const auto look = look_at_token(token_of(R"({"iss":"a\u001b[2Jb","roles":["\u0007"]})"));
    ASSERT_TRUE(look);
    EXPECT_EQ(look->issuer.find('\x1b'), std::string::npos);
    EXPECT_EQ(look->roles.at(0).find('\a'), std::string::npos);
}

}  // namespace
}  // namespace signet::oauth

#include "authn/token_check.h"

#include "authn/token_world.h"
#include "base/base64.h"
#include "crypto/digest.h"

#include <gtest/gtest.h>

namespace signet::authn {
namespace {

using namespace std::chrono_literals;
using identity::TokenRefused;
using Ask = Issuer::Ask;

// With a signature that ends early.
std::string cut_short(const std::string& token) {
    const auto dot = token.rfind('.') + 1;
    return token.substr(0, dot) + base64url(unbase64url(token.substr(dot))->substr(0, 60));
}

class TokenCheckTest : public testing::Test {
protected:
    TokenWorld world_;
    const std::string keys_{TokenWorld::kKeys};

    std::string outcome(const std::string& token, const std::string& presented = {}) {
        return world_.outcome(token, presented);
    }
    void ask(Ask when) {
        world_.use({world_.make_issuer("login", std::string{TokenWorld::kUrl}, {.ask = when})});
    }
};

TEST_F(TokenCheckTest, a_good_token_is_a_login_of_the_account_it_names) {
    const auto answer = world_.check(world_.token(), "Ann@Example.com");
    ASSERT_TRUE(answer);
    const auto& login = std::get<identity::Login>(*answer);
    EXPECT_EQ(login.account, "ann@example.com");
    EXPECT_EQ(login.authcid, "ann@example.com");  // as its issuer calls her
    EXPECT_EQ(login.method, "OAUTHBEARER");
    EXPECT_EQ(login.credential_id, "");  // none of those that the account keeps
    EXPECT_EQ(world_.reported, std::vector<std::string>{"login/ok"});
    const auto unnamed = world_.check(world_.token());
    EXPECT_EQ(std::get<identity::Login>(*unnamed).authcid, "ann@example.com");
}

// users-ask 2: a lax mapping let one user's token open any mailbox.
TEST_F(TokenCheckTest, security_14_a_token_opens_nobody_elses_account) {
    EXPECT_EQ(outcome(world_.token(), "bob@example.com"), "token_user_mismatch");
    EXPECT_EQ(outcome(world_.token(), "ann"), "token_user_mismatch");
    EXPECT_EQ(outcome(world_.token(), "ann@example.com.evil.example"), "token_user_mismatch");
    EXPECT_EQ(outcome(world_.token(), "\x01"), "token_user_mismatch");
}

// Whom the token names, may be a name that is given to somebody else one day; its subject is not.
TEST_F(TokenCheckTest, a_subject_that_an_account_has_as_a_credential_is_that_account) {
    const auto token = world_.token({{"sub", "\"4711\""}});
    EXPECT_EQ(outcome(token), "unknown_account");
    world_.bind("ann@example.com", "login 4711",
                {.id = {}, .policy = {.networks = {*parse_network("192.0.2.0/24")}}});
    EXPECT_EQ(outcome(token), "ok ann@example.com");
    EXPECT_EQ(outcome(token, "ann@example.com"), "ok ann@example.com");
    const auto login = std::get<identity::Login>(*world_.check(token));
    EXPECT_EQ(login.credential_id, "sso");
    EXPECT_EQ(world_.reported.back(), "login/ok");
    EXPECT_EQ(outcome(world_.token({{"sub", "\"4712\""}})), "unknown_account");
    world_.bind("bob@example.com", "other 4713");
    EXPECT_EQ(outcome(world_.token({{"sub", "\"4713\""}})), "unknown_account")
        << "of another issuer";
}

TEST_F(TokenCheckTest, the_policy_and_the_end_of_such_a_credential_hold) {
    world_.bind("ann@example.com", "login ann@example.com",
                {.id = {}, .state = identity::CredentialState::revoked});
    EXPECT_EQ(outcome(world_.token()), "credential_revoked");
    EXPECT_EQ(world_.reported.back(), "login/credential_revoked");
}

TEST_F(TokenCheckTest, an_account_that_does_not_open_stays_shut) {
    EXPECT_EQ(outcome(world_.token({{"sub", "\"bob@example.com\""}})), "account_disabled");
    EXPECT_EQ(outcome(world_.token({{"sub", "\"eve@example.com\""}})), "unknown_account");
    EXPECT_EQ(world_.reported,
              (std::vector<std::string>{"login/account_disabled", "login/unknown_account"}));
}

TEST_F(TokenCheckTest, security_14_each_forgery_is_refused_by_its_name) {
    const auto good = world_.token();
    const auto claims = good.substr(good.find('.'), good.rfind('.') - good.find('.'));
    const auto unsigned_token = base64url(R"({"alg":"none","typ":"at+jwt"})") + claims + ".";
    const auto by_hmac = [&] {
        const auto text = base64url(R"({"alg":"HS256","kid":"k","typ":"at+jwt"})") + claims;
        return text + "." + base64url(crypto::hmac_sha256(world_.key.pem(), text));
    };
    const oauth::TestKey eve{crypto::SignatureAlgorithm::es256};
    struct Case {
        std::string what, token, outcome;
    };
    const Case cases[] = {
        {"none", unsigned_token, "token_algorithm"},
        {"HS256 with the public key", by_hmac(), "token_algorithm"},
        {"cut short", cut_short(good), "token_signature"},
        {"another's key", eve.token(R"({"alg":"ES256","kid":"k","typ":"at+jwt"})", "{}"),
         "token_unknown_issuer"},
        {"a path as kid", world_.token({}, R"({"alg":"ES256","kid":"../../k","typ":"at+jwt"})"),
         "token_unknown_key"},
        {"no type", world_.token({}, R"({"alg":"ES256","kid":"k"})"), "token_type"},
        {"another audience", world_.token({{"aud", "\"https://graph.example\""}}),
         "token_audience"},
        {"another issuer", world_.token({{"iss", "\"https://evil.example\""}}),
         "token_unknown_issuer"},
        {"no scope", world_.token({{"scope", "\"openid\""}}), "token_scope"},
        {"over", world_.token({{"exp", "1"}}), "token_expired"},
        {"opaque, and nobody to ask", "2YotnFZFEjr1zCsicMWpAA", "token_opaque"},
        {"encrypted", "eyJhbGciOiJkaXIifQ..aXY.dGV4dA.dGFn", "token_encrypted"},
        {"nothing", "", "token_opaque"},
    };
    for (const auto& [what, token, expected] : cases) {
        EXPECT_EQ(outcome(token), expected) << what;
        world_.advance(IssuerKeys::kPause);
    }
}

// RFC 7628 §3.2.2: so that a client can get a token that is good.
TEST_F(TokenCheckTest, the_hint_says_what_would_be_taken_and_nothing_of_the_token) {
    const auto hint = [&](const std::string& token) {
        return std::get<TokenRefused>(*world_.check(token)).hint;
    };
    const auto wrong = hint(world_.token({{"aud", "\"x\""}}));
    EXPECT_EQ(wrong.status, "invalid_token");
    EXPECT_EQ(wrong.scope, "mail.send");
    EXPECT_EQ(wrong.configuration, "https://login.example/.well-known/openid-configuration");
    EXPECT_EQ(hint(world_.token({{"scope", "\"x\""}})).status, "insufficient_scope");
    EXPECT_EQ(hint("opaque").configuration, wrong.configuration);  // there is only one issuer
    world_.use({world_.make_issuer("a", "https://a.example", {}),
                world_.make_issuer("b", "https://b.example", {})});
    EXPECT_EQ(hint("opaque").configuration, "");
}

TEST_F(TokenCheckTest, keys_are_rotated_while_tokens_come) {
    EXPECT_EQ(outcome(world_.token()), "ok ann@example.com");
    const oauth::TestKey next{crypto::SignatureAlgorithm::es256};
    const auto old = std::exchange(world_.key, next);
    world_.publish(oauth::key_set({next.jwk("k2"), old.jwk("k")}));
    world_.advance(IssuerKeys::kPause);
    EXPECT_EQ(outcome(world_.token({}, R"({"alg":"ES256","kid":"k2","typ":"at+jwt"})")),
              "ok ann@example.com");
    EXPECT_EQ(world_.web.count(keys_), 2u);
    world_.publish(oauth::key_set({next.jwk("k2")}));
    world_.advance(900s);
    net::run_task(world_.check().issuers()->front()->keys->refresh_if_due());
    world_.key = old;
    EXPECT_EQ(outcome(world_.token()), "token_unknown_key");
}

TEST_F(TokenCheckTest, security_15_a_flood_of_unknown_keys_has_them_fetched_once) {
    EXPECT_EQ(outcome(world_.token()), "ok ann@example.com");
    world_.advance(IssuerKeys::kPause);
    for (int i = 0; i < 1'000; ++i) {
        const auto header = R"({"alg":"ES256","typ":"at+jwt","kid":"x)" + std::to_string(i) + "\"}";
        ASSERT_EQ(outcome(world_.token({}, header)), "token_unknown_key");
    }
    EXPECT_EQ(world_.web.count(keys_), 2u);
    EXPECT_EQ(outcome(world_.token()), "ok ann@example.com");
    // And what would be refused anyhow has nothing fetched at all.
    world_.advance(IssuerKeys::kPause);
    EXPECT_EQ(
        outcome(world_.token({{"aud", "\"x\""}}, R"({"alg":"ES256","typ":"at+jwt","kid":"y"})")),
        "token_audience");
    EXPECT_EQ(world_.web.count(keys_), 2u);
}

TEST_F(TokenCheckTest, an_issuer_that_is_down_makes_nobody_wrong) {
    world_.web.down = "Nobody answers there.";
    EXPECT_EQ(outcome(world_.token()), "unavailable");  // its keys were never there
    EXPECT_EQ(outcome(world_.token({{"iss", "\"https://evil.example\""}})), "token_unknown_issuer");
    world_.web.down.clear();
    EXPECT_EQ(outcome(world_.token()), "unavailable");  // it is not asked again yet
    world_.advance(IssuerKeys::kPause);
    EXPECT_EQ(outcome(world_.token()), "ok ann@example.com");

    world_.web.down = "Nobody answers there.";
    world_.advance(86'000s);
    EXPECT_EQ(outcome(world_.token()), "ok ann@example.com");
    // A key that nobody knows may be a new one.
    EXPECT_EQ(outcome(world_.token({}, R"({"alg":"ES256","typ":"at+jwt","kid":"new"})")),
              "unavailable");
    EXPECT_EQ(outcome(world_.token({{"aud", "\"x\""}})), "token_audience");
    world_.advance(400s);
    EXPECT_EQ(outcome(world_.token()), "unavailable");  // a day is over
    EXPECT_EQ(world_.reported.back(), "login/unavailable");
}

TEST_F(TokenCheckTest, an_opaque_token_is_asked_about) {
    ask(Ask::opaque);
    world_.say(R"({"active":true,"sub":"ann@example.com","aud":"smtp.example.com",)"
               R"("scope":"mail.send"})");
    EXPECT_EQ(outcome("opaque"), "ok ann@example.com");
    EXPECT_EQ(outcome("eyJhbGciOiJkaXIifQ..aXY.dGV4dA.dGFn"), "ok ann@example.com");
    EXPECT_EQ(outcome("opaque", "bob@example.com"), "token_user_mismatch");
    EXPECT_EQ(world_.web.forms.size(), 2u);
    EXPECT_EQ(outcome(world_.token()), "ok ann@example.com");  // says itself what there is to say
    EXPECT_EQ(world_.web.forms.size(), 2u);
    world_.say(R"({"active":false})");
    EXPECT_EQ(outcome("other"), "token_revoked");
    world_.web.down = "Nobody answers there.";
    EXPECT_EQ(outcome("third"), "unavailable");
}

TEST_F(TokenCheckTest, a_signed_token_that_was_taken_back_ends_where_its_issuer_is_asked) {
    ask(Ask::always);
    world_.say(R"({"active":true})");  // the rest says the token
    const auto token = world_.token();
    EXPECT_EQ(outcome(token), "ok ann@example.com");
    world_.say(R"({"active":false})");
    EXPECT_EQ(outcome(token), "ok ann@example.com");  // it was a moment ago
    world_.advance(60s);
    EXPECT_EQ(outcome(token), "token_revoked");
    const auto asked = world_.web.forms.size();
    EXPECT_EQ(outcome(world_.token({{"aud", "\"x\""}})), "token_audience");
    EXPECT_EQ(outcome(cut_short(token)), "token_signature");
    EXPECT_EQ(world_.web.forms.size(), asked);  // nobody asks about what is wrong already
}

TEST_F(TokenCheckTest, a_session_is_asked_about_until_its_token_is_taken_back) {
    using State = identity::TokenStanding::State;
    const std::string active =
        R"({"active":true,"sub":"ann@example.com","aud":"smtp.example.com","scope":"mail.send"})";
    ask(Ask::opaque);
    world_.say(active);
    const auto signed_in = world_.check("opaque-token");
    ASSERT_TRUE(signed_in);
    const auto& login = std::get<identity::Login>(*signed_in);
    EXPECT_FALSE(login.basis.token.empty());
    EXPECT_FALSE(login.basis.token.contains("opaque-token")) << "sealed";
    const auto standing = [&] { return net::run_task(world_.check().still_good(login)); };
    EXPECT_EQ(standing().state, State::good);
    EXPECT_EQ(standing().ask_again, 1s);
    EXPECT_EQ(world_.web.forms.size(), 1u) << "the answer is remembered";
    world_.advance(61s);
    world_.web.down = "Nobody answers.";
    EXPECT_EQ(standing().state, State::unknown);
    EXPECT_EQ(standing().outage, 900s);
    world_.web.down.clear();
    world_.advance(2s);
    EXPECT_EQ(standing().state, State::good);
    world_.advance(61s);
    world_.say(R"({"active":false})");
    EXPECT_EQ(standing().state, State::gone);
    auto forged = login;
    forged.basis.token.back() ^= 1;
    EXPECT_EQ(net::run_task(world_.check().still_good(forged)).state, State::gone);
}

TEST_F(TokenCheckTest, nobody_asks_again_about_a_token_that_cannot_be_taken_back) {
    ask(Ask::opaque);
    EXPECT_EQ(std::get<identity::Login>(*world_.check(world_.token())).basis.token, "");
}

TEST_F(TokenCheckTest, of_several_issuers_each_is_trusted_with_its_own_tokens) {
    const std::string other = "https://other.example/introspect";
    world_.use(
        {world_.make_issuer("login", std::string{TokenWorld::kUrl}, {}),
         world_.make_issuer("silent", "https://silent.example",
                            {.ask = Ask::opaque, .introspection_url = other}),
         world_.make_issuer(
             "second", "https://second.example",
             {.ask = Ask::opaque, .introspection_url = std::string{TokenWorld::kIntrospection}})});
    world_.say(R"({"active":true,"sub":"ann@example.com","aud":"smtp.example.com",)"
               R"("scope":"mail.send"})");
    EXPECT_EQ(outcome("opaque"), "ok ann@example.com");
    EXPECT_EQ(world_.reported.back(), "second/ok");
    world_.say(R"({"active":false})");
    world_.advance(60s);
    EXPECT_EQ(outcome("opaque"), "unavailable");  // the one that is silent might know it
    world_.web.pages[other] = {200, R"({"active":false})"};
    world_.advance(60s);
    EXPECT_EQ(outcome("opaque"), "token_revoked");
    EXPECT_EQ(outcome(world_.token()), "ok ann@example.com");
    // Signed by the first in the name of the second.
    EXPECT_EQ(outcome(world_.token({{"iss", "\"https://second.example\""}})), "unavailable");
}

TEST_F(TokenCheckTest, without_issuers_no_token_is_taken) {
    EXPECT_TRUE(world_.check().able());
    world_.use({});
    EXPECT_FALSE(world_.check().able());
    EXPECT_EQ(outcome(world_.token()), "token_unknown_issuer");
}

}  // namespace
}  // namespace signet::authn

#include "authn/exchange.h"
#include "authn/known_passwords.h"

#include "net/run_task.h"

#include <gtest/gtest.h>

namespace signet::authn {
namespace {

using namespace std::string_literals;
using identity::Login;
using identity::Refusal;
using identity::Refused;
using identity::TokenAnswer;
using identity::TokenRefused;

// An authority that answers what it is told, and remembers what it was asked.
class ScriptedAuthority final : public identity::TokenAuthority {
public:
    bool able() const override { return true; }
    Task<Result<TokenAnswer, StoreFault>> check_token(identity::TokenShown shown,
                                                      Deadline) override {
        asked.push_back(shown.claim.authcid + "/" + shown.claim.method + "/" + shown.claim.client +
                        "/" + std::string{shown.token.reveal()});
        for_another = shown.for_another;
        co_return answer;
    }
    bool for_another = false;
    Task<identity::TokenStanding> still_good(const Login&) override {
        co_return identity::TokenStanding{};
    }
    Result<TokenAnswer, StoreFault> answer = fail(StoreFault::unavailable);
    std::vector<std::string> asked;
};

Login login_of(std::string account, std::string authcid) {
    Login login;
    login.account = std::move(account);
    login.authcid = std::move(authcid);
    login.method = "OAUTHBEARER";
    return login;
}

class TokenExchangeTest : public testing::Test {
protected:
    KnownPasswords passwords_;
    ScriptedAuthority authority_;

    Exchange begin(std::string_view mechanism = "OAUTHBEARER") {
        return Exchange{
            *sasl::find_mechanism(mechanism), {passwords_, {&authority_}}, {"192.0.2.1"}};
    }
    Turn turn(Exchange& exchange, std::string said) {
        return net::run_task(
            exchange.resume(sasl::ClientMessage{Secret{std::move(said)}}, Deadline::never()));
    }
    static std::string bearer(std::string_view name) {
        const auto authzid = name.empty() ? std::string{} : "a=" + std::string{name};
        return "n," + authzid + ",\x01" + "auth=Bearer abc\x01\x01";
    }
};

TEST_F(TokenExchangeTest, ARightTokenGivesTheLoginOfWhomItIs) {
    authority_.answer = TokenAnswer{login_of("ann@example.com", "ann")};
    for (const auto* named : {"", "ann@example.com", "Ann@Example.com", "ann"}) {
        auto exchange = begin();
        const auto answer = turn(exchange, bearer(named));
        const auto* granted = std::get_if<Granted>(&answer);
        ASSERT_NE(granted, nullptr) << named;
        EXPECT_EQ(granted->login.account, "ann@example.com");
        EXPECT_EQ(authority_.asked.back(), std::string{named} + "/OAUTHBEARER/192.0.2.1/abc");
    }
    auto exchange = begin("XOAUTH2");
    EXPECT_TRUE(std::holds_alternative<Granted>(
        turn(exchange, "user=ann@example.com\x01"s + "auth=Bearer abc\x01\x01")));
    EXPECT_EQ(authority_.asked.back(), "ann@example.com/XOAUTH2/192.0.2.1/abc");
}

// As shared mailboxes are used: the token is Ann's, the name is the mailbox's.
TEST_F(TokenExchangeTest, AnotherNameIsARequestToActAsThatOne) {
    authority_.answer = TokenAnswer{login_of("ann@example.com", "ann")};
    const std::vector<settings::ActAsSettings> rules{
        {.name = "desk", .accounts = {"ann@example.com"}, .as = {"info@example.com"}}};
    passwords_.people = {"ann@example.com", "info@example.com", "boss@example.com"};
    const auto begin_by_rules = [&] {
        return Exchange{*sasl::find_mechanism("OAUTHBEARER"),
                        {passwords_, {&authority_}, rules},
                        {"192.0.2.1"}};
    };
    auto exchange = begin_by_rules();
    const auto answer = turn(exchange, bearer("info@example.com"));
    const auto* granted = std::get_if<Granted>(&answer);
    ASSERT_NE(granted, nullptr);
    EXPECT_EQ(granted->login.account, "info@example.com");
    ASSERT_NE(granted->login.actor, nullptr);
    EXPECT_EQ(granted->login.actor->account, "ann@example.com");
    EXPECT_TRUE(authority_.for_another);

    auto other = begin_by_rules();
    EXPECT_TRUE(std::holds_alternative<Challenge>(turn(other, bearer("boss@example.com"))));
    const auto last = turn(other, "\x01");
    EXPECT_EQ(std::get<Denied>(last).reason, "authzid_not_permitted");
    EXPECT_EQ(std::get<Denied>(last).detail, "boss@example.com");
}

// The token of one must not open the account of another.
TEST_F(TokenExchangeTest, security_11_a_token_opens_nobody_elses_account) {
    authority_.answer = TokenAnswer{login_of("ann@example.com", "ann")};
    for (const auto* named : {"bob@example.com", "root", "ann@example.co"}) {
        auto exchange = begin();
        EXPECT_EQ(std::get<Challenge>(turn(exchange, bearer(named))).octets,
                  R"({"status":"invalid_token"})");
        const auto last = turn(exchange, "\x01");
        EXPECT_EQ(std::get<Denied>(last).denial, Denial::credentials);
        EXPECT_EQ(std::get<Denied>(last).reason, "authzid_not_permitted");
        EXPECT_EQ(std::get<Denied>(last).user, named);
        EXPECT_EQ(std::get<Denied>(last).account, "ann@example.com");
    }
}

TEST_F(TokenExchangeTest, ARefusalIsToldAndThenFailsWithItsReason) {
    struct Case {
        TokenAnswer answer;
        std::string told, reason, account;
    };
    const Case cases[] = {
        {TokenRefused{"token_expired", "ann", "ended 3 min ago", {"invalid_token", "mail", {}}},
         R"({"status":"invalid_token","scope":"mail"})", "token_expired", "ann"},
        {Refused{Refusal::account_disabled, "ann"}, R"({"status":"invalid_token"})",
         "account_disabled", "ann"},
    };
    for (const auto& c : cases) {
        authority_.answer = c.answer;
        auto exchange = begin();
        EXPECT_FALSE(exchange.refused());
        EXPECT_EQ(std::get<Challenge>(turn(exchange, bearer("ann"))).octets, c.told);
        auto moved = std::move(exchange);  // as a session keeps it between two lines
        const auto last = turn(moved, "\x01");
        EXPECT_EQ(std::get<Denied>(last).reason, c.reason);
        EXPECT_EQ(std::get<Denied>(last).account, c.account);
        EXPECT_EQ(std::get<Denied>(last).denial, Denial::credentials);
        EXPECT_FALSE(moved.refused());

        auto cancelled = begin();
        turn(cancelled, bearer("ann"));
        const auto refused = cancelled.refused();
        ASSERT_TRUE(refused) << "a client that breaks off has failed all the same";
        EXPECT_EQ(refused->reason, c.reason);
    }
}

TEST_F(TokenExchangeTest, AnAuthorityInTroubleIsNoWrongToken) {
    for (const auto fault : {StoreFault::unavailable, StoreFault::deadline}) {
        authority_.answer = fail(fault);
        auto exchange = begin();
        const auto answer = turn(exchange, bearer("ann"));
        EXPECT_EQ(std::get<Denied>(answer).denial, Denial::backend);
        EXPECT_EQ(std::get<Denied>(answer).reason, "backend_error");
        EXPECT_EQ(std::get<Denied>(answer).detail, name(fault));
        EXPECT_EQ(std::get<Denied>(answer).user, "ann");
    }
}

TEST_F(TokenExchangeTest, OctetsOutsideTheGrammarNeverReachTheAuthority) {
    auto exchange = begin();
    EXPECT_EQ(std::get<Denied>(turn(exchange, "junk")).denial, Denial::malformed);
    EXPECT_TRUE(authority_.asked.empty());
}

}  // namespace
}  // namespace signet::authn

#include "sasl/client.h"

#include <gtest/gtest.h>

namespace signet::sasl {
namespace {

using namespace std::string_literals;

ClientCredentials credentials(std::string user, std::string password) {
    return {.user = std::move(user), .password = Secret{std::move(password)}};
}

std::unique_ptr<ClientExchange> begin(std::string_view mechanism, std::string user,
                                      std::string password) {
    const std::string names[] = {std::string{mechanism}};
    const auto* chosen = choose_client_mechanism({.offered = names});
    if (!chosen) return nullptr;
    return chosen->begin({.credentials = credentials(std::move(user), std::move(password))});
}

// RFC 4616 §4, first example.
TEST(SaslClient, PlainSendsTheMessageOfRfc4616WithTheCommand) {
    const auto exchange = begin("PLAIN", "tim", "tanstaaftanstaaf");
    const auto message = exchange->initial();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->reveal(), "\0tim\0tanstaaftanstaaf"s);
}

TEST(SaslClient, PlainHasNothingMoreToSay) {
    const auto exchange = begin("PLAIN", "tim", "secret");
    EXPECT_TRUE(exchange->initial());
    EXPECT_FALSE(exchange->initial());
    EXPECT_FALSE(exchange->respond("more?").has_value());
}

TEST(SaslClient, LoginWaitsForTheServerAndAnswersTwoPromptsWhateverTheirWords) {
    struct Case {
        std::string_view first, second;
    };
    for (const auto& [first, second] :
         {Case{"Username:", "Password:"}, Case{"User Name", ""}, Case{"", "Passwort"}}) {
        const auto exchange = begin("LOGIN", "tim", "secret");
        EXPECT_FALSE(exchange->initial());
        const auto user = exchange->respond(first);
        ASSERT_TRUE(user.has_value());
        EXPECT_EQ(std::get<Secret>(*user).reveal(), "tim");
        const auto password = exchange->respond(second);
        ASSERT_TRUE(password.has_value());
        EXPECT_EQ(std::get<Secret>(*password).reveal(), "secret");
        EXPECT_EQ(exchange->respond("again").error(), ClientFault::out_of_turn);
    }
}

TEST(SaslClient, TheFirstOfTheTableThatIsOfferedAndAllowedIsChosen) {
    using Names = std::vector<std::string>;
    struct Case {
        Names offered;
        bool can_bind;
        Names allowed;
        std::string_view chosen;
    };
    const Names all{"LOGIN", "plain", "SCRAM-SHA-256", "scram-sha-256-plus"};
    const Case cases[] = {
        {{"LOGIN", "PLAIN"}, true, {}, "PLAIN"},
        {{"login"}, true, {}, "LOGIN"},
        {{"CRAM-MD5", "plain"}, true, {}, "PLAIN"},
        {{}, true, {}, ""},
        {{"GSSAPI", "PLAINER", "SCRAM-SHA-3"}, true, {}, ""},
        {all, true, {}, "SCRAM-SHA-256-PLUS"},
        {all, false, {}, "SCRAM-SHA-256"},
        {{"SCRAM-SHA-1", "SCRAM-SHA-512", "SCRAM-SHA-1-PLUS"}, true, {}, "SCRAM-SHA-1-PLUS"},
        {{"SCRAM-SHA-1", "SCRAM-SHA-512", "SCRAM-SHA-1-PLUS"}, false, {}, "SCRAM-SHA-512"},
        {all, true, {"login", "PLAIN"}, "PLAIN"},
        {all, true, {"SCRAM-SHA-256"}, "SCRAM-SHA-256"},
        {{"LOGIN", "PLAIN"}, true, {"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, ""},
    };
    for (const auto& c : cases) {
        const auto* chosen = choose_client_mechanism(
            {.offered = c.offered, .allowed = c.allowed, .can_bind = c.can_bind});
        EXPECT_EQ(chosen ? chosen->name : "", c.chosen);
    }
}

TEST(SaslClient, AServerThatBindsIsKnownByTheNamesOfItsMechanisms) {
    using Names = std::vector<std::string>;
    EXPECT_TRUE(any_binds(Names{"PLAIN", "SCRAM-SHA-512-PLUS"}));
    EXPECT_TRUE(any_binds(Names{"scram-sha-1-plus"}));
    EXPECT_FALSE(any_binds(Names{"PLAIN", "SCRAM-SHA-256", "PLUS"}));
    EXPECT_FALSE(any_binds({}));
}

// Class 9: a NUL in a value would move the border between user and password.
TEST(SaslClient, security_09_CredentialsThatWouldNotArriveAsTheyAreAreNotUsable) {
    EXPECT_TRUE(credentials("tim", "p").usable());
    EXPECT_TRUE(credentials(std::string(1'024, 'u'), std::string(1'024, 'p')).usable());
    EXPECT_FALSE(credentials("", "p").usable());
    EXPECT_FALSE(credentials("tim", "").usable());
    EXPECT_FALSE(credentials("t\0m"s, "p").usable());
    EXPECT_FALSE(credentials("tim", "p\0x"s).usable());
    EXPECT_FALSE(credentials(std::string(1'025, 'u'), "p").usable());
}

}  // namespace
}  // namespace signet::sasl

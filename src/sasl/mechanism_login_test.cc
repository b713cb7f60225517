#include "sasl/mechanism.h"

#include <gtest/gtest.h>

namespace signet::sasl {
namespace {

using namespace std::string_literals;

ClientMessage says(std::string octets) { return {Secret{std::move(octets)}}; }
ClientMessage nothing() { return {}; }

std::unique_ptr<Exchange> login() { return find_mechanism("LOGIN")->begin(); }

std::string asked(const Step& step) { return std::get<Challenge>(step).octets; }
Reason why(const Step& step) { return std::get<Denied>(step).reason; }

TEST(Login, AsksForUserNameAndPasswordInExactlyTheseWords) {
    auto exchange = login();
    EXPECT_EQ(asked(exchange->resume(nothing())), "Username:");
    EXPECT_EQ(asked(exchange->resume(says("tim"))), "Password:");
    const auto step = exchange->resume(says("tanstaaftanstaaf"));
    const auto& check = std::get<CheckPassword>(step);
    EXPECT_EQ(check.identity.authcid, "tim");
    EXPECT_EQ(check.identity.authzid, "");
    EXPECT_EQ(check.password.reveal(), "tanstaaftanstaaf");
    EXPECT_EQ(std::get<Granted>(exchange->resume(Checked{true})).identity.authcid, "tim");
}

TEST(Login, TakesTheUserNameFromTheInitialResponse) {
    auto exchange = login();
    EXPECT_EQ(asked(exchange->resume(says("tim"))), "Password:");
    const auto step = exchange->resume(says("secret"));
    EXPECT_EQ(std::get<CheckPassword>(step).identity.authcid, "tim");
    EXPECT_EQ(why(exchange->resume(Checked{false})), Reason::credentials);
}

TEST(Login, AnEmptyInitialResponseSaysNothingAndTheNameIsAskedFor) {
    auto exchange = login();
    EXPECT_EQ(asked(exchange->resume(says(""))), "Username:");
    EXPECT_EQ(asked(exchange->resume(says("tim"))), "Password:");
    EXPECT_TRUE(std::holds_alternative<CheckPassword>(exchange->resume(says("secret"))));
}

TEST(Login, EmptyAnswersAndOverlongNamesAreMalformed) {
    const auto answer_name = [](std::string name) {
        auto exchange = login();
        exchange->resume(nothing());
        return why(exchange->resume(says(std::move(name))));
    };
    EXPECT_EQ(answer_name(""), Reason::malformed);
    EXPECT_EQ(answer_name(std::string(256, 'a')), Reason::malformed);
    EXPECT_EQ(why(login()->resume(says(std::string(256, 'a')))), Reason::malformed);
    auto exchange = login();
    exchange->resume(says("tim"));
    EXPECT_EQ(why(exchange->resume(says(""))), Reason::malformed);
}

TEST(Login, security_09_nul_and_bad_utf8_are_refused) {
    for (const auto& bad : {"a\0b"s, "\0"s, "a\x80"s, "\xC0\x80"s, "\xED\xA0\x80"s, "j\xF6rg"s}) {
        EXPECT_EQ(why(login()->resume(says(bad))), Reason::malformed);
        auto exchange = login();
        exchange->resume(says("tim"));
        EXPECT_EQ(why(exchange->resume(says(bad))), Reason::malformed);
    }
}

TEST(Login, security_08_every_wrong_turn_is_refused_and_the_exchange_stays_spent) {
    struct Case {
        std::string what;
        void (*play)(Exchange&);
    };
    const Case cases[] = {
        {"checked before anything", [](Exchange& e) { e.resume(Checked{true}); }},
        {"checked after the first prompt",
         [](Exchange& e) { e.resume(nothing()), e.resume(Checked{true}); }},
        {"checked after the second prompt",
         [](Exchange& e) { e.resume(says("u")), e.resume(Checked{true}); }},
        {"nothing in answer to the first prompt",
         [](Exchange& e) { e.resume(nothing()), e.resume(nothing()); }},
        {"nothing in answer to the second prompt",
         [](Exchange& e) { e.resume(says("u")), e.resume(nothing()); }},
        {"a message where a check is awaited",
         [](Exchange& e) { e.resume(says("u")), e.resume(says("p")), e.resume(says("q")); }},
        {"checked twice",
         [](Exchange& e) { e.resume(says("u")), e.resume(says("p")), e.resume(Checked{}); }},
        {"after malformed octets", [](Exchange& e) { e.resume(says("\x80")); }},
    };
    for (const auto& c : cases) {
        auto exchange = login();
        c.play(*exchange);
        EXPECT_EQ(why(exchange->resume(Checked{true})), Reason::out_of_turn) << c.what;
        EXPECT_EQ(why(exchange->resume(says("u"))), Reason::out_of_turn) << c.what;
        EXPECT_EQ(why(exchange->resume(nothing())), Reason::out_of_turn) << c.what;
    }
}

}  // namespace
}  // namespace signet::sasl

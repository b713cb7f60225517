#include "sasl/mechanism.h"

#include "base/base64.h"

#include <gtest/gtest.h>

namespace signet::sasl {
namespace {

using namespace std::string_literals;

ClientMessage says(std::string octets) { return {Secret{std::move(octets)}}; }
ClientMessage nothing() { return {}; }

std::unique_ptr<Exchange> plain() { return find_mechanism("PLAIN")->begin(); }

Step first(std::string octets) { return plain()->resume(says(std::move(octets))); }

Reason why(const Step& step) { return std::get<Denied>(step).reason; }

TEST(Plain, TheExamplesOfTheStandardsAreUnderstood) {
    struct Case {
        std::string what, message, authzid, authcid, password;
    };
    const Case cases[] = {
        {"RFC 4616 §4, first", "\0tim\0tanstaaftanstaaf"s, "", "tim", "tanstaaftanstaaf"},
        {"RFC 4616 §4, second", "Ursel\0Kurt\0xipj3plmq"s, "Ursel", "Kurt", "xipj3plmq"},
        {"RFC 4954 §4.1", *unbase64("dGVzdAB0ZXN0ADEyMzQ="), "test", "test", "1234"},
        {"spaces and UTF-8", "\0j\xC3\xB6rg\0 p\xC3\xA4ss word \t"s, "", "j\xC3\xB6rg",
         " p\xC3\xA4ss word \t"},
        {"a name of 255 octets", "\0"s + std::string(255, 'a') + "\0x"s, "", std::string(255, 'a'),
         "x"},
        {"a long password", "\0a\0"s + std::string(9'000, 'p'), "", "a", std::string(9'000, 'p')},
    };
    for (const auto& c : cases) {
        const auto step = first(c.message);
        const auto* asked = std::get_if<CheckPassword>(&step);
        ASSERT_NE(asked, nullptr) << c.what;
        EXPECT_EQ(asked->identity.authzid, c.authzid) << c.what;
        EXPECT_EQ(asked->identity.authcid, c.authcid) << c.what;
        EXPECT_EQ(asked->password.reveal(), c.password) << c.what;
    }
}

TEST(Plain, AnExchangeIsGrantedOnlyByTheStoresWord) {
    for (const bool granted : {true, false}) {
        auto exchange = plain();
        exchange->resume(says("authz\0user\0pass"s));
        const auto step = exchange->resume(Checked{granted});
        if (granted) {
            EXPECT_EQ(std::get<Granted>(step).identity.authcid, "user");
            EXPECT_EQ(std::get<Granted>(step).identity.authzid, "authz");
            EXPECT_EQ(std::get<Granted>(step).octets, "");
        } else {
            EXPECT_EQ(why(step), Reason::credentials);
        }
    }
}

TEST(Plain, WithoutInitialResponseTheMessageIsAskedForByAnEmptyChallenge) {
    auto exchange = plain();
    const auto step = exchange->resume(nothing());
    EXPECT_EQ(std::get<Challenge>(step).octets, "");
    EXPECT_TRUE(std::holds_alternative<CheckPassword>(exchange->resume(says("\0u\0p"s))));
}

TEST(Plain, EachDepartureFromTheGrammarIsMalformed) {
    struct Case {
        std::string what, message;
    };
    const Case cases[] = {
        {"nothing at all (an initial response of \"=\")", ""},
        {"no NUL", "user"},
        {"one NUL", "user\0pass"s},
        {"only NULs", "\0\0"s},
        {"empty password", "\0user\0"s},
        {"authzid too long", std::string(256, 'a') + "\0user\0pass"s},
        {"authcid too long", "\0"s + std::string(256, 'a') + "\0pass"s},
    };
    for (const auto& c : cases) EXPECT_EQ(why(first(c.message)), Reason::malformed) << c.what;
}

TEST(Plain, security_09_a_third_nul_or_bad_utf8_is_refused) {
    struct Case {
        std::string what, message;
    };
    const Case cases[] = {
        {"a third NUL", "\0user\0pass\0x"s},
        {"a NUL at the end", "\0user\0pass\0"s},
        {"a lone continuation octet in the authcid", "\0us\x80\0pass"s},
        {"an overlong NUL in the authcid", "\0us\xC0\x80\0pass"s},
        {"a surrogate in the password", "\0user\0p\xED\xA0\x80"s},
        {"a cut character in the password", "\0user\0p\xE2\x82"s},
        {"above U+10FFFF in the authzid", "\xF4\x90\x80\x80\0user\0pass"s},
        {"Latin-1", "\0j\xF6rg\0pass"s},
    };
    for (const auto& c : cases) EXPECT_EQ(why(first(c.message)), Reason::malformed) << c.what;
}

TEST(Plain, security_11_an_empty_authcid_is_not_taken_from_the_authzid) {
    EXPECT_EQ(why(first("admin\0\0pass"s)), Reason::malformed);
    EXPECT_EQ(why(first("\0\0pass"s)), Reason::malformed);
}

TEST(Plain, security_08_every_wrong_turn_is_refused_and_the_exchange_stays_spent) {
    struct Case {
        std::string what;
        void (*play)(Exchange&);
    };
    const Case cases[] = {
        {"checked before anything", [](Exchange& e) { e.resume(Checked{true}); }},
        {"checked after the prompt",
         [](Exchange& e) { e.resume(nothing()), e.resume(Checked{true}); }},
        {"nothing in answer to the prompt",
         [](Exchange& e) { e.resume(nothing()), e.resume(nothing()); }},
        {"a second message",
         [](Exchange& e) { e.resume(says("\0u\0p"s)), e.resume(says("\0v\0q"s)); }},
        {"checked twice",
         [](Exchange& e) { e.resume(says("\0u\0p"s)), e.resume(Checked{}), e.resume(Checked{}); }},
        {"after malformed octets", [](Exchange& e) { e.resume(says("x")); }},
    };
    for (const auto& c : cases) {
        auto exchange = plain();
        c.play(*exchange);
        EXPECT_EQ(why(exchange->resume(Checked{true})), Reason::out_of_turn) << c.what;
        EXPECT_EQ(why(exchange->resume(says("\0u\0p"s))), Reason::out_of_turn) << c.what;
        EXPECT_EQ(why(exchange->resume(nothing())), Reason::out_of_turn) << c.what;
    }
}

}  // namespace
}  // namespace signet::sasl

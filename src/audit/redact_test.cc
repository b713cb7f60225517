#include "audit/redact.h"

#include "audit/json.h"
#include "audit/text_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::audit {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

Redactor redactor(std::string key = std::string(32, 'k')) {
    return Redactor{Secret{std::move(key)}};
}

Event attempt(std::string user, std::string account = "") {
    Event event;
    event.event = "auth.attempt";
    event.outcome = Outcome::failure;
    event.reason = account.empty() ? "unknown_account" : "bad_password";
    event.user_name = std::move(user);
    event.authzid = event.user_name;
    event.account_name = std::move(account);
    return event;
}

TEST(Redactor, security_23_writes_two_characters_and_a_digest_of_an_unknown_name) {
    auto event = attempt("hunter2-my-password");
    redactor().apply(event);
    EXPECT_THAT(event.user_name, MatchesRegex(R"(hu\*[0-9a-f]{16})"));
    EXPECT_THAT(to_json(event, {}), Not(HasSubstr("nter2")));
    EXPECT_THAT(text_line(event), Not(HasSubstr("nter2")));
}

TEST(Redactor, gives_equal_names_equal_digests_under_one_key_only) {
    EXPECT_EQ(redactor().redacted("eve"), redactor().redacted("eve"));
    EXPECT_NE(redactor().redacted("eve"), redactor().redacted("evf"));
    EXPECT_NE(redactor().redacted("eve"), redactor(std::string(32, 'x')).redacted("eve"));
}

TEST(Redactor, leaves_the_name_of_an_account_and_other_events_alone) {
    auto known = attempt("Ann", "ann");
    redactor().apply(known);
    EXPECT_EQ(known.user_name, "Ann");
    auto other = attempt("eve");
    other.event = "account.created";
    redactor().apply(other);
    EXPECT_EQ(other.user_name, "eve");
}

TEST(Redactor, leaves_every_name_alone_when_it_is_told_to) {
    auto event = attempt("eve");
    Redactor{Secret{"k"}, UnknownUsers::full}.apply(event);
    EXPECT_EQ(event.user_name, "eve");
}

TEST(Redactor, shows_characters_not_octets) {
    struct Case {
        std::string_view name, shown;
    };
    const Case cases[] = {
        {"a", "a*"},
        {"ab", "ab*"},
        {"\xC3\xA4\xC3\xB6\xC3\xBC", "\xC3\xA4\xC3\xB6*"},
        {"\xF0\x9F\x93\xA7\xF0\x9F\x93\xA8x", "\xF0\x9F\x93\xA7\xF0\x9F\x93\xA8*"},
        {"\n\xFFx", "\xEF\xBF\xBD\xEF\xBF\xBD*"},
    };
    for (const auto& c : cases) {
        EXPECT_THAT(redactor().redacted(c.name), testing::StartsWith(std::string{c.shown}));
    }
    EXPECT_EQ(redactor().redacted(""), "");
}

}  // namespace
}  // namespace signet::audit

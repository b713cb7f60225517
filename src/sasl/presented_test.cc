#include "sasl/presented.h"

#include <gtest/gtest.h>

namespace signet::sasl {
namespace {

using namespace std::string_literals;

TEST(PresentedUser, is_whom_a_password_or_a_token_is_shown_for) {
    const auto of = [](std::string_view mechanism, std::string initial) {
        return presented_user(mechanism, Secret{std::move(initial)});
    };
    EXPECT_EQ(of("PLAIN", "\0ann\0secret"s), "ann");
    EXPECT_EQ(of("plain", "bob\0ann\0secret"s), "ann");
    EXPECT_EQ(of("PLAIN", "\0ann"s), "");
    EXPECT_EQ(of("PLAIN", ""), "");
    EXPECT_EQ(of("LOGIN", "ann"), "") << "no password came yet";
    EXPECT_EQ(of("SCRAM-SHA-256", "n,,n=ann,r=abc"), "") << "it shows no password";
    EXPECT_EQ(of("XOAUTH2", "user=ann\x01"s + "auth=Bearer abc\x01\x01"), "ann");
    EXPECT_EQ(of("XOAUTH2", "user=ann"), "");
    EXPECT_EQ(of("X-NONE", "\0ann\0secret"s), "");
}

TEST(PresentedUser, has_a_word_for_what_each_mechanism_shows) {
    EXPECT_EQ(shown_by("PLAIN"), "password");
    EXPECT_EQ(shown_by("login"), "password");
    EXPECT_EQ(shown_by("SCRAM-SHA-1-PLUS"), "scram");
    EXPECT_EQ(shown_by("CRAM-MD5"), "cram_md5");
    EXPECT_EQ(shown_by("XOAUTH2"), "token");
    EXPECT_EQ(shown_by("NETWORK"), "");
}

}  // namespace
}  // namespace signet::sasl

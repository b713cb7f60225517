#include "settings/spelling.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

TEST(Spelling, counts_single_changes) {
    EXPECT_EQ(distance("", ""), 0u);
    EXPECT_EQ(distance("auth", "AUTH"), 0u);
    EXPECT_EQ(distance("auth", ""), 4u);
    EXPECT_EQ(distance("mechansims", "mechanisms"), 1u);  // two neighbours swapped
    EXPECT_EQ(distance("idel", "idle"), 1u);
    EXPECT_EQ(distance("limit", "limits"), 1u);
    EXPECT_EQ(distance("ca", "abc"), 3u);  // each part is changed once
}

TEST(Spelling, offers_the_nearest_word_and_no_wild_guess) {
    constexpr std::string_view known[] = {"idle", "session", "drain", "tls"};
    EXPECT_EQ(nearest("idel", known), "idle");
    EXPECT_EQ(nearest("sesion", known), "session");
    EXPECT_EQ(nearest("ssl", known), "");
    EXPECT_EQ(nearest("ab", known), "");
    EXPECT_EQ(nearest("completely", known), "");
    EXPECT_EQ(nearest(std::string(100'000, 'a'), known), "");
}

}  // namespace
}  // namespace signet::settings

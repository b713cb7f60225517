#include "sasl/mechanism.h"

#include <gtest/gtest.h>

#include <set>

namespace signet::sasl {
namespace {

TEST(Mechanisms, AreFoundWithoutRegardToCase) {
    ASSERT_NE(find_mechanism("plain"), nullptr);
    EXPECT_EQ(find_mechanism("plain")->name, "PLAIN");
    EXPECT_EQ(find_mechanism("LoGiN")->name, "LOGIN");
    for (const auto* other : {"", "PLAI", "PLAINX", "CRAM-MD5", "PLAIN ", "PLAIN\r"}) {
        EXPECT_EQ(find_mechanism(other), nullptr) << other;
    }
}

// RFC 4422 §3.1: 1 to 20 of A-Z, 0-9, "-" and "_".
TEST(Mechanisms, HaveNamesAsTheRegistryAsksAndEachBeginsAnExchange) {
    std::set<std::string_view> names;
    for (const auto& mechanism : mechanisms()) {
        EXPECT_TRUE(names.insert(mechanism.name).second);
        EXPECT_GE(mechanism.name.size(), 1u);
        EXPECT_LE(mechanism.name.size(), 20u);
        EXPECT_EQ(mechanism.name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
                  std::string_view::npos);
        EXPECT_NE(mechanism.begin({.server_nonce = "0123456789abcdef"}), nullptr);
    }
    EXPECT_EQ(names.size(), 4u);
}

TEST(Mechanisms, PlainAndLoginShowThePassword) {
    EXPECT_EQ(find_mechanism("PLAIN")->needs, Needs::password_check);
    EXPECT_EQ(find_mechanism("LOGIN")->needs, Needs::password_check);
}

// RFC 5802 §4, RFC 7677 §3: the name says whether the exchange is tied to its connection.
TEST(Mechanisms, ThoseThatBindAreNamedPlusAndStandBeforeTheirTwins) {
    const auto all = mechanisms();
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].name.ends_with("-PLUS"), all[i].binds) << all[i].name;
        if (!all[i].binds) continue;
        ASSERT_LT(i + 1, all.size());
        EXPECT_EQ(all[i].name, std::string{all[i + 1].name} + "-PLUS");
    }
}

}  // namespace
}  // namespace signet::sasl

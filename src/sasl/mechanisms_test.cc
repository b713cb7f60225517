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
        EXPECT_NE(mechanism.begin(), nullptr);
    }
    EXPECT_EQ(names.size(), 2u);
}

TEST(Mechanisms, PlainAndLoginShowThePassword) {
    EXPECT_TRUE(find_mechanism("PLAIN")->exposes_password);
    EXPECT_TRUE(find_mechanism("LOGIN")->exposes_password);
}

}  // namespace
}  // namespace signet::sasl

#include "crypto/system_entropy.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace signet::crypto {
namespace {

TEST(SystemEntropy, NeverGivesTheSameSixteenOctetsTwice) {
    SystemEntropy entropy;
    std::set<std::array<std::uint8_t, 16>> seen;
    for (int i = 0; i < 1'000; ++i) {
        std::array<std::uint8_t, 16> octets{};
        entropy.fill(octets);
        EXPECT_TRUE(seen.insert(octets).second);
    }
}

TEST(SystemEntropy, FillsEveryOctet) {
    SystemEntropy entropy;
    std::array<std::uint8_t, 64> ever{};
    for (int i = 0; i < 64; ++i) {
        std::array<std::uint8_t, 64> octets{};
        entropy.fill(octets);
        for (std::size_t at = 0; at < ever.size(); ++at) ever[at] |= octets[at];
    }
    for (const auto octet : ever) EXPECT_NE(octet, 0);
    entropy.fill({});
}

}  // namespace
}  // namespace signet::crypto

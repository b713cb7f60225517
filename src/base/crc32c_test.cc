#include "base/crc32c.h"

#include "base/entropy.h"

#include <gtest/gtest.h>

#include <string>

namespace signet {
namespace {

std::string counting(int from, int step) {
    std::string octets;
    for (int i = 0; i < 32; ++i) octets += static_cast<char>(from + step * i);
    return octets;
}

TEST(Crc32c, GivesTheSumsOfRfc3720) {  // RFC 3720 §B.4
    const struct {
        std::string octets;
        std::uint32_t sum;
    } cases[] = {
        {std::string(32, '\0'), 0x8A9136AAu}, {std::string(32, '\xFF'), 0x62A8AB43u},
        {counting(0, 1), 0x46DD794Eu},        {counting(31, -1), 0x113FDB5Cu},
        {"123456789", 0xE3069283u},           {"", 0},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(crc32c(c.octets), c.sum);
        EXPECT_EQ(crc32c_by_table(c.octets), c.sum);
    }
}

TEST(Crc32c, IsTheSameInPartsAndByEitherWay) {
    SeededEntropy entropy{5};
    std::string octets(1'000, '\0');
    for (auto& octet : octets) octet = static_cast<char>(entropy.next());
    const auto whole = crc32c_by_table(octets);
    for (std::size_t cut = 0; cut <= octets.size(); cut += 7) {
        const std::string_view text{octets};
        EXPECT_EQ(crc32c(text.substr(cut), crc32c(text.substr(0, cut))), whole);
    }
}

}  // namespace
}  // namespace signet

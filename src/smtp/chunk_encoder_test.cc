#include "smtp/chunk_encoder.h"

#include <gtest/gtest.h>

#include <vector>

namespace signet::smtp {
namespace {

using Parts = std::vector<std::string_view>;

// What leaves for these parts, each write behind a "|"; and why it ended, if it did not at the end.
std::string encoded(std::uint64_t said, Parts parts) {
    ChunkEncoder encoder{said};
    std::string out;
    parts.emplace_back();
    for (const auto part : parts) {
        const auto sent = encoder.take(part);
        if (!sent && sent.error().kind == ContentFault::Kind::wrong_length) return out + "!length";
        if (!sent) return out + "!bare " + std::to_string(sent.error().offset);
        if (!sent->empty()) out += "|" + *sent;
    }
    return out;
}

TEST(ChunkEncoder, ContentGoesAsItIsBehindItsLength) {
    EXPECT_EQ(encoded(0, {}), "|BDAT 0 LAST\r\n");
    EXPECT_EQ(encoded(7, {".\r\n..\r\n"}), "|BDAT 7 LAST\r\n.\r\n..\r\n");
    EXPECT_EQ(encoded(5, {"a\r\n", "b", "c"}), "|BDAT 5 LAST\r\na\r\n|b|c");
    EXPECT_EQ(encoded(4, {"a\r", "\nb"}), "|BDAT 4 LAST\r\na|\r\nb");
}

TEST(ChunkEncoder, security_02_ABareNewlineNeverCompletesAChunk) {
    EXPECT_EQ(encoded(3, {"a\nb"}), "!bare 1");
    EXPECT_EQ(encoded(6, {"a\r\n", "b\rc"}), "!bare 4");
    EXPECT_EQ(encoded(2, {"a\r"}), "!bare 1");
    EXPECT_EQ(encoded(3, {"a\r", "b"}), "!bare 1");
}

TEST(ChunkEncoder, ContentOfAnotherLengthNeverCompletesAChunk) {
    EXPECT_EQ(encoded(3, {"ab"}), "!length");
    EXPECT_EQ(encoded(1, {}), "!length");
    EXPECT_EQ(encoded(1, {"a", "b"}), "!length");
    EXPECT_EQ(encoded(4, {"ab", "cd", "e"}), "|BDAT 4 LAST\r\nab!length");
}

}  // namespace
}  // namespace signet::smtp

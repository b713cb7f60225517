#include "smtp/data_encoder.h"

#include "base/entropy.h"

#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

// What leaves for these parts, with the end of the data; "bare N" if a newline at N stopped it.
std::string encoded(const std::vector<std::string_view>& parts) {
    DataEncoder encoder;
    std::string out;
    for (const auto part : parts) {
        const auto done = encoder.encode(part, out);
        if (!done) return "bare " + std::to_string(done.error().offset);
    }
    const auto done = encoder.finish(out);
    return done ? out : "bare " + std::to_string(done.error().offset);
}

std::vector<std::string_view> octet_by_octet(std::string_view content) {
    std::vector<std::string_view> parts;
    for (std::size_t i = 0; i < content.size(); ++i) parts.push_back(content.substr(i, 1));
    return parts;
}

std::vector<std::string_view> cut_at_random(std::string_view content, SeededEntropy& entropy) {
    std::vector<std::string_view> parts;
    while (!content.empty()) {
        const auto size = std::min<std::size_t>(content.size(), entropy.next() % 5);
        parts.push_back(content.substr(0, size));
        content.remove_prefix(size);
    }
    return parts;
}

struct Case {
    std::string_view content, wire;
};

const Case kCases[] = {
    {"", ".\r\n"},
    {"a\r\n", "a\r\n.\r\n"},
    {"a", "a\r\n.\r\n"},
    {"\r\n", "\r\n.\r\n"},
    {".", "..\r\n.\r\n"},
    {".\r\n", "..\r\n.\r\n"},
    {"..\r\n", "...\r\n.\r\n"},
    {"a\r\n.b\r\n", "a\r\n..b\r\n.\r\n"},
    {"a.b\r\nc.\r\n", "a.b\r\nc.\r\n.\r\n"},
    {"a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"},
    {"caf\xC3\xA9 \x80\r\n", "caf\xC3\xA9 \x80\r\n.\r\n"},
};

const Case kBare[] = {
    {"a\n", "bare 1"},      {"a\nb", "bare 1"},
    {"\n", "bare 0"},       {"a\rb", "bare 1"},
    {"a\r", "bare 1"},      {"\r", "bare 0"},
    {"a\r\r\n", "bare 1"},  {"a\r\n\n", "bare 3"},
    {"a\n.\n", "bare 1"},   {"a\n.\r\n", "bare 1"},
    {"a\r\n.\n", "bare 4"}, {"a\r.\r\n", "bare 1"},
    {"a\r\n.\r", "bare 4"}, {"a\r\n.\r\r\n", "bare 4"},
    {"a\r.\rb", "bare 1"},  {"a\r\nb\r\n\rc\r\n", "bare 6"},
};

TEST(DataEncoder, DotsAreDoubledAtTheBeginningOfALineOnlyAndTheEndIsCrlfDotCrlf) {
    for (const auto& c : kCases) EXPECT_EQ(encoded({c.content}), c.wire) << c.content;
}

TEST(DataEncoder, security_02_ABareCarriageReturnOrLineFeedNeverLeaves) {
    for (const auto& c : kBare) EXPECT_EQ(encoded({c.content}), c.wire) << c.content;
}

TEST(DataEncoder, HowTheContentIsCutChangesNothing) {
    SeededEntropy entropy{7};
    const auto check = [&](const Case& c) {
        EXPECT_EQ(encoded(octet_by_octet(c.content)), c.wire) << c.content;
        for (int round = 0; round < 50; ++round) {
            EXPECT_EQ(encoded(cut_at_random(c.content, entropy)), c.wire) << c.content;
        }
    };
    for (const auto& c : kCases) check(c);
    for (const auto& c : kBare) check(c);
}

// Whatever goes in, what comes out holds one end of data at most, and it is the last thing.
TEST(DataEncoder, security_02_NothingThatLeavesCanBeTakenForAnEarlierEnd) {
    SeededEntropy entropy{11};
    constexpr std::string_view kAlphabet = "\r\n.a";
    for (int round = 0; round < 20'000; ++round) {
        std::string content;
        for (auto size = entropy.next() % 12; size > 0; --size) {
            content += kAlphabet[entropy.next() % kAlphabet.size()];
        }
        DataEncoder encoder;
        std::string out;
        const bool whole = encoder.encode(content, out) && encoder.finish(out);
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (out[i] == '\r') ASSERT_EQ(out.substr(i + 1, 1), "\n") << round;
            if (out[i] == '\n') ASSERT_TRUE(i > 0 && out[i - 1] == '\r') << round;
        }
        const auto end = ("\r\n" + out).find("\r\n.\r\n");
        ASSERT_EQ(end, whole ? out.size() - 3 : std::string::npos) << round;
    }
}

}  // namespace
}  // namespace signet::smtp

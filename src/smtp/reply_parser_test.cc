#include "smtp/reply_parser.h"

#include "base/entropy.h"

#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

using namespace std::string_literals;

// All replies in `octets`, one a line, and what ended the reading: "more", "" or a fault.
std::string read(const std::vector<std::string>& parts, ReplyLimits limits = {}) {
    ReplyParser parser{limits};
    std::string all;
    for (const auto& part : parts) {
        parser.received(part);
        for (;;) {
            auto reply = parser.next();
            if (!reply) return all + "! " + std::string{name(reply.error())};
            if (!*reply) break;
            all += std::to_string((*reply)->code);
            if ((*reply)->status) all += " [" + (*reply)->status->text() + "]";
            for (const auto& line : (*reply)->lines) all += "|" + line;
            all += "\n";
        }
    }
    return all + (parser.holds_octets() ? "more" : "");
}

std::vector<std::string> octet_by_octet(std::string_view octets) {
    std::vector<std::string> parts;
    for (const char c : octets) parts.emplace_back(1, c);
    return parts;
}

struct Case {
    std::string octets, seen;
};

const Case kCases[] = {
    {"250 ok\r\n", "250|ok\n"},
    {"250\r\n", "250|\n"},
    {"250 \r\n", "250|\n"},
    {"354 go\twith tab\r\n", "354|go\twith tab\n"},
    {"250-a\r\n250-\r\n250 c\r\n", "250|a||c\n"},
    {"250-a\r\n250\r\n", "250|a|\n"},
    {"250 a\r\n550 b\r\n", "250|a\n550|b\n"},
    {"250 2.1.5 ok\r\n", "250 [2.1.5]|ok\n"},
    {"550-5.7.1 not\r\n550-5.7.1\r\n550 5.7.1 yours\r\n", "550 [5.7.1]|not||yours\n"},
    {"550-5.7.1 not\r\n550 yours\r\n", "550 [5.7.1]|not|yours\n"},
    {"550 4.7.1 contradicts\r\n", "550|4.7.1 contradicts\n"},
    {"334 5.7.1 is no status\r\n", "334|5.7.1 is no status\n"},
    {"250 caf\xC3\xA9\r\n", "250|caf??\n"},
    {"250", "more"},
    {"250-a\r\n", "more"},
    {"250 a\r\n2", "250|a\nmore"},
    {"", ""},
};

const Case kFaults[] = {
    {"hello\r\n", "! a reply has no valid code"},
    {"25\r\n", "! a reply has no valid code"},
    {"\r\n", "! a reply has no valid code"},
    {"150 a\r\n", "! a reply has no valid code"},
    {"650 a\r\n", "! a reply has no valid code"},
    {"260 a\r\n", "! a reply has no valid code"},
    {"25a a\r\n", "! a reply has no valid code"},
    {"250_a\r\n", "! a reply has no valid code"},
    {"2500 a\r\n", "! a reply has no valid code"},
    {"250-a\r\n550 b\r\n", "! the lines of a reply have different codes"},
    {"250-a\r\n251-b\r\n250 c\r\n", "! the lines of a reply have different codes"},
    {"250 a\n", "! a reply holds a bare CR or LF"},
    {"\n", "! a reply holds a bare CR or LF"},
    {"250 a\rb\r\n", "! a reply holds a bare CR or LF"},
    {"250 a\r\r\n", "! a reply holds a bare CR or LF"},
    {"250 a\0b\r\n"s, "! a reply holds a control character"},
    {"250 \x1b[2J\r\n", "! a reply holds a control character"},
    {"250 a\x7f\r\n", "! a reply holds a control character"},
    {"\x16\x03\x01\x02 TLS\r\n", "! a reply holds a control character"},
    {"250 ok\r\nGET / HTTP/1.1\r\n", "250|ok\n! a reply has no valid code"},
};

TEST(ReplyParser, RepliesAreReadByTheGrammarOfRfc5321) {
    for (const auto& c : kCases) EXPECT_EQ(read({c.octets}), c.seen) << c.octets;
}

TEST(ReplyParser, security_04_WhatIsNoReplyIsRefused) {
    for (const auto& c : kFaults) EXPECT_EQ(read({c.octets}), c.seen) << c.octets;
}

TEST(ReplyParser, HowTheOctetsAreCutChangesNothing) {
    SeededEntropy entropy{3};
    const auto check = [&](const Case& c) {
        EXPECT_EQ(read(octet_by_octet(c.octets)), c.seen) << c.octets;
        for (int round = 0; round < 20; ++round) {
            std::vector<std::string> parts;
            for (std::size_t at = 0; at < c.octets.size();) {
                const auto size = 1 + entropy.next() % 6;
                parts.push_back(c.octets.substr(at, size));
                at += size;
            }
            EXPECT_EQ(read(parts), c.seen) << c.octets;
        }
    };
    for (const auto& c : kCases) check(c);
    for (const auto& c : kFaults) check(c);
}

TEST(ReplyParser, security_04_RepliesHaveLimits) {
    const auto line = [](std::string_view start, std::size_t octets) {
        return std::string{start} + std::string(octets - start.size() - 2, 'x') + "\r\n";
    };
    const auto repeat = [](std::string_view text, std::size_t times) {
        std::string all;
        while (times-- > 0) all += text;
        return all;
    };
    EXPECT_EQ(read({line("250 ", 2'048)}), "250|" + std::string(2'042, 'x') + "\n");
    EXPECT_EQ(read({line("250 ", 2'049)}), "! a reply line is too long");
    EXPECT_EQ(read({std::string(2'049, 'x')}), "! a reply line is too long");
    EXPECT_TRUE(read({repeat("250-a\r\n", 127) + "250 a\r\n"}).starts_with("250|a|a"));
    EXPECT_EQ(read({repeat("250-a\r\n", 128) + "250 a\r\n"}), "! a reply has too many lines");
    EXPECT_EQ(read({repeat(line("250-", 2'048), 33)}), "! a reply is too long");
    EXPECT_EQ(read({repeat(line("250-", 2'048), 31) + line("250 ", 2'048)}).size(),
              4 + 32 * 2'043u);
}

TEST(ReplyParser, security_04_AnEndlessReplyIsCutWhereTheLimitIs) {
    ReplyParser parser;
    std::size_t taken = 0;
    for (; taken < 10'000; ++taken) {
        parser.received("250-again\r\n");
        const auto reply = parser.next();
        if (!reply) break;
        ASSERT_FALSE(*reply);
    }
    EXPECT_EQ(taken, 128u);
    parser.received("250 ok\r\n");
    EXPECT_EQ(parser.next().error(), ReplyFault::too_many_lines);  // and it stays cut
}

TEST(ReplyParser, LimitsCountForEachReplyAnew) {
    ReplyParser parser{{.lines = 1, .octets = 8}};
    for (int i = 0; i < 100; ++i) {
        parser.received("250 ok\r\n");
        const auto reply = parser.next();
        ASSERT_TRUE(reply && *reply);
    }
    EXPECT_FALSE(parser.holds_octets());
}

}  // namespace
}  // namespace signet::smtp

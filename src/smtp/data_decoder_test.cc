#include "smtp/data_decoder.h"

#include "smtp/feed_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

using std::string_literals::operator""s;

struct Decoded {
    std::string content;
    std::size_t used = 0, longest_line = 0;
    DataDecoder::State state = DataDecoder::State::more;
    bool operator==(const Decoded&) const = default;
};

Decoded decode_pieces(const Pieces& pieces, BareLf bare_lf) {
    DataDecoder decoder{DataDecoder::Framing::dots, bare_lf};
    Decoded all;
    for (std::string_view rest : pieces) {
        while (!rest.empty() && all.state == DataDecoder::State::more) {
            const auto piece = decoder.decode(rest);
            if (piece.state == DataDecoder::State::more) EXPECT_GT(piece.used, 0u);
            all.content += piece.content;
            all.used += piece.used;
            all.state = piece.state;
            rest.remove_prefix(piece.used);
        }
    }
    all.longest_line = decoder.longest_line();
    const bool whole =
        all.state == DataDecoder::State::more || all.state == DataDecoder::State::end;
    // How much came before a fault is nobody's business.
    return whole ? all : Decoded{{}, 0, 0, all.state};
}

Decoded decode(std::string_view octets, BareLf bare_lf = BareLf::reject) {
    const auto differs = feed_split(
        octets, [bare_lf](const Pieces& pieces) { return decode_pieces(pieces, bare_lf); });
    EXPECT_TRUE(differs.empty()) << testing::PrintToString(differs);
    return decode_pieces({std::string{octets}}, bare_lf);
}

TEST(DataDecoder, takes_the_dots_away_and_finds_the_end) {
    struct Case {
        std::string octets, content;
    };
    const Case cases[] = {
        {".\r\n", ""},  // the line end of DATA itself is the first CRLF
        {"\r\n.\r\n", "\r\n"},
        {"a\r\n.\r\n", "a\r\n"},
        {"..\r\n.\r\n", ".\r\n"},
        {"...\r\n.\r\n", "..\r\n"},
        {".a\r\n.\r\n", "a\r\n"},  // RFC 5321 §4.5.2: the first dot is deleted
        {"a.b\r\n..c\r\n.d.\r\n.\r\n", "a.b\r\n.c\r\nd.\r\n"},
        {"a\r\n\r\n\r\n.\r\n", "a\r\n\r\n\r\n"},
        {"\xFF\x80\x01\t\r\n.\r\n", "\xFF\x80\x01\t\r\n"},
        {"a.\r\n.\r\n", "a.\r\n"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(testing::PrintToString(c.octets));
        const auto decoded = decode(c.octets + "NOOP\r\n");
        EXPECT_EQ(decoded.state, DataDecoder::State::end);
        EXPECT_EQ(decoded.content, c.content);
        EXPECT_EQ(decoded.used, c.octets.size());
    }
}

TEST(DataDecoder, security_01_only_crlf_dot_crlf_is_an_end) {
    struct Case {
        std::string octets;
        DataDecoder::State state;
    };
    using enum DataDecoder::State;
    const Case cases[] = {
        {"a\n.\n", bare_newline},
        {"a\n.\r\n", bare_newline},
        {"a\r\n.\n", bare_newline},
        {"a\r.\r", bare_newline},
        {"a\r.\n", bare_newline},
        {"a\n.\r", bare_newline},
        {"a\r.\r\n", bare_newline},
        {"a\r\n.\r\r\n", bare_newline},
        {"a\r\n.\ra", bare_newline},
        {"a\r\r\n.\r\n", bare_newline},
        {"\n", bare_newline},
        {"\r\r", bare_newline},
        {".\n", bare_newline},
        {".\rx", bare_newline},
        {"a\r\n.\0\r\n"s, nul},
        {"a\r\n\0.\r\n"s, nul},
        {"\0"s, nul},
        {"a\0b"s, nul},
        {"a\r\0"s, bare_newline},
        {"a\0\n"s, nul},
        {"a\n\0"s, bare_newline},
        {".\0"s, nul},
        {".\r\0"s, bare_newline},
        {"a\r\n.\r", more},
        {"a\r\n.", more},
        {"a\r\n", more},
        {"a\r", more},
        {"", more},
        {"a\r\n.x\r\n", more},
        {"a.\r\n", more},
        {" .\r\n", more},
        {"a\r\n\xC2\x85.\r\n", more},
        {"a\xE2\x80\xA8.\xE2\x80\xA8\r\n", more},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(testing::PrintToString(c.octets));
        EXPECT_EQ(decode(c.octets).state, c.state);
    }
}

// Where the listener takes a bare LF: it ends a line of the content and nothing else.
TEST(DataDecoder, security_01_a_bare_lf_that_is_taken_ends_no_message) {
    struct Case {
        std::string octets, content;
        DataDecoder::State state;
    };
    using enum DataDecoder::State;
    const Case cases[] = {
        {"a\nb\r\n.\r\n", "a\r\nb\r\n", end},
        {"\n\n\r\n.\r\n", "\r\n\r\n\r\n", end},
        {"a\n.\nb\r\n.\r\n", "a\r\n.\r\nb\r\n", end},
        {"a\n.\r\n.\r\n", "a\r\n.\r\n", end},
        {"a\r\n.\nb\r\n.\r\n", "a\r\n\r\nb\r\n", end},  // that dot was stuffed
        {".\n.\r\n.\r\n", "\r\n.\r\n", end},
        {"a\n..b\r\n..c\r\n.\r\n", "a\r\n..b\r\n.c\r\n", end},
        {"a\n.\n", "a\r\n.\r\n", more},
        {"a\r\n.\n", "a\r\n\r\n", more},
        {"a\n.\r\n", "a\r\n.\r\n", more},
        {"a\n.", "a\r\n.", more},
        {"a\r.\r", "", bare_newline},
        {"a\r.\n", "", bare_newline},
        {"a\n.\ra", "", bare_newline},
        {"a\n\rb", "", bare_newline},
        {"a\r\r\n", "", bare_newline},
        {"a\r\n.\r\r\n", "", bare_newline},
        {"a\r\n.\ra", "", bare_newline},
        {"a\n\0"s, "", nul},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(testing::PrintToString(c.octets));
        const auto decoded = decode(c.octets, BareLf::normalize);
        EXPECT_EQ(decoded.state, c.state);
        EXPECT_EQ(decoded.content, c.content);
    }
    EXPECT_EQ(decode("a\nbcd\n", BareLf::normalize).longest_line, 5u);
}

TEST(DataDecoder, the_longest_line_counts_with_crlf_and_without_its_dot) {
    EXPECT_EQ(decode("a\r\n.\r\n").longest_line, 3u);
    EXPECT_EQ(decode("a\r\n..bcd\r\nef\r\n.\r\n").longest_line, 6u);
    EXPECT_EQ(decode(std::string(5000, 'x') + "\r\n.\r\n").longest_line, 5002u);
    EXPECT_EQ(decode(".\r\n").longest_line, 0u);
}

TEST(DataDecoder, many_lines_are_one_slice_of_what_came) {
    const std::string text = "one\r\ntwo\r\nthree\r\n";
    DataDecoder decoder;
    const auto piece = decoder.decode(text);
    EXPECT_EQ(piece.content.data(), text.data());
    EXPECT_EQ(piece.content.size(), text.size());
}

}  // namespace
}  // namespace signet::smtp

#include "smtp/line_reader.h"

#include "smtp/feed_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

using std::string_literals::operator""s;
using testing::ElementsAre;
using Kind = LineReader::Kind;
using Fault = LineReader::Fault;

constexpr LineReader::Limits kLimits{.command_octets = 32, .auth_octets = 64};

std::string fault_name(Fault fault) {
    switch (fault) {
    case Fault::bare_newline: return "!bare_newline";
    case Fault::nul: return "!nul";
    case Fault::foreign_protocol: return "!foreign_protocol";
    case Fault::endless: return "!endless";
    case Fault::too_long: return "!too_long";
    case Fault::auth_too_long: return "!auth_too_long";
    case Fault::bdat_too_long: return "!bdat_too_long";
    }
    std::unreachable();
}

// All lines, and what was wrong; a fault that closes is the last.
std::vector<std::string> lines_of(const Pieces& pieces, Kind kind) {
    LineReader reader{kLimits};
    std::vector<std::string> found;
    for (const auto& piece : pieces) {
        reader.received(piece);
        while (const auto line = reader.next_line(kind)) {
            found.push_back(*line ? std::string{**line} : fault_name(line->error()));
            const bool closes =
                !*line && line->error() != Fault::too_long && line->error() != Fault::auth_too_long;
            if (closes) return found;
        }
    }
    return found;
}

std::vector<std::string> read(std::string_view octets, Kind kind = Kind::command) {
    const auto differs =
        feed_split(octets, [kind](const Pieces& pieces) { return lines_of(pieces, kind); });
    EXPECT_TRUE(differs.empty()) << testing::PrintToString(differs);
    return lines_of({std::string{octets}}, kind);
}

TEST(LineReader, crlf_ends_a_line_however_it_is_cut) {
    EXPECT_THAT(read("NOOP\r\n\r\nMAIL FROM:<>\r\nrest"), ElementsAre("NOOP", "", "MAIL FROM:<>"));
    EXPECT_THAT(read(""), ElementsAre());
    EXPECT_THAT(read("a\r"), ElementsAre());
    EXPECT_THAT(read(" a \t \xFF\r\n"), ElementsAre(" a \t \xFF"));
}

TEST(LineReader, security_01_a_bare_cr_or_lf_or_a_nul_ends_the_session_not_the_line) {
    EXPECT_THAT(read("A\r\nB\nC\r\n"), ElementsAre("A", "!bare_newline"));
    EXPECT_THAT(read("\n"), ElementsAre("!bare_newline"));
    EXPECT_THAT(read("B\rC\r\n"), ElementsAre("!bare_newline"));
    EXPECT_THAT(read("B\r\r\n"), ElementsAre("!bare_newline"));
    EXPECT_THAT(read("\r\n\n"), ElementsAre("", "!bare_newline"));
    EXPECT_THAT(read("A\0B\r\n"s), ElementsAre("!nul"));
    EXPECT_THAT(read("A\0B\nC"s), ElementsAre("!nul"));  // the first is named
    EXPECT_THAT(read("A\nB\0C"s), ElementsAre("!bare_newline"));
    EXPECT_THAT(read("A\r\0\r\n"s), ElementsAre("!nul"));
    EXPECT_THAT(read(std::string(100, 'x') + "\n"), ElementsAre("!bare_newline"));
    EXPECT_THAT(read(std::string(100, 'x') + "\0"s), ElementsAre("!nul"));
}

TEST(LineReader, a_tls_hello_is_known_by_its_first_octet) {
    EXPECT_THAT(read("\x16\x03\x01\x02"s), ElementsAre("!foreign_protocol"));
    EXPECT_THAT(read("A\r\n\x16"), ElementsAre("A", "!foreign_protocol"));
    EXPECT_THAT(read("A\x16\r\n"), ElementsAre("A\x16"));
    EXPECT_THAT(read(std::string(33, 'a') + "\x16\r\n"), ElementsAre("!too_long"));
}

TEST(LineReader, a_line_counts_with_its_crlf_and_the_next_one_is_read) {
    const std::string fits(30, 'x'), too_long(31, 'x');
    EXPECT_THAT(read(fits + "\r\nNOOP\r\n"), ElementsAre(fits, "NOOP"));
    EXPECT_THAT(read(too_long + "\r\nNOOP\r\n"), ElementsAre("!too_long", "NOOP"));
    EXPECT_THAT(read(std::string(500, 'x') + "\r\nA\r\n" + too_long + "\r\nB\r\n"),
                ElementsAre("!too_long", "A", "!too_long", "B"));
}

TEST(LineReader, a_line_of_auth_may_be_longer) {
    const std::string fits = "auth " + std::string(57, 'x'),
                      too_long = "AUTH " + std::string(58, 'x');
    EXPECT_THAT(read(fits + "\r\nNOOP\r\n"), ElementsAre(fits, "NOOP"));
    EXPECT_THAT(read(too_long + "\r\nNOOP\r\n"), ElementsAre("!auth_too_long", "NOOP"));
    const std::string response(62, 'y');
    EXPECT_THAT(read(response + "\r\n" + response + "y\r\n", Kind::auth_response),
                ElementsAre(response, "!auth_too_long"));
    // What follows a BDAT that was not read is no line.
    EXPECT_THAT(read("bdat " + std::string(57, '1') + "\r\nNOOP\r\n"),
                ElementsAre("!bdat_too_long"));
    EXPECT_THAT(read("AUTHX" + std::string(57, 'x') + "\r\n"), ElementsAre("!too_long"));
}

TEST(LineReader, security_18_four_megabytes_without_a_line_end_are_cut) {
    LineReader reader{kLimits};
    std::size_t sent = 0;
    const std::string piece(1024, 'x');
    std::optional<Result<std::string_view, Fault>> line;
    while (!line && sent < (4u << 20)) {
        reader.received(piece);
        sent += piece.size();
        line = reader.next_line(Kind::command);
        EXPECT_TRUE(line || reader.unread().empty());  // dropped as it comes
    }
    ASSERT_TRUE(line && !*line);
    EXPECT_EQ(line->error(), Fault::endless);
    EXPECT_EQ(sent, 65u * 1024);
    EXPECT_THAT(read(std::string(std::size_t{65} * 1024, 'x')), ElementsAre("!endless"));
}

TEST(LineReader, a_line_is_overwritten_once_the_caller_has_moved_on) {
    LineReader reader{kLimits};
    reader.received("AUTH PLAIN secret\r\nNOOP\r\nrest");
    const auto* first = (*reader.next_line(Kind::command))->data();
    ASSERT_EQ((std::string_view{first, 17}), "AUTH PLAIN secret");
    reader.next_line(Kind::command);
    EXPECT_EQ((std::string_view{first, 17}), std::string(17, '\0'));
}

TEST(LineReader, content_is_handed_over_as_it_came) {
    LineReader reader{kLimits};
    reader.received("DATA\r\nbody");
    ASSERT_TRUE(reader.next_line(Kind::command));
    EXPECT_EQ(reader.unread(), "body");
    EXPECT_FALSE(reader.empty());
    reader.skip(2);
    EXPECT_EQ(reader.unread(), "dy");
    reader.received(" and more");
    EXPECT_EQ(reader.unread(), "dy and more");
    reader.skip(reader.unread().size());
    EXPECT_TRUE(reader.empty());
    reader.received("NOOP\r\n");
    EXPECT_EQ(**reader.next_line(Kind::command), "NOOP");
}

TEST(LineReader, dropped_input_is_gone_with_its_state) {
    LineReader reader{kLimits};
    reader.received(std::string(100, 'x') + "\r");
    EXPECT_FALSE(reader.next_line(Kind::command));
    EXPECT_FALSE(reader.empty());  // a line too long is being read
    reader.drop();
    EXPECT_TRUE(reader.empty());
    reader.received("NOOP\r\n");
    EXPECT_EQ(**reader.next_line(Kind::command), "NOOP");
}

}  // namespace
}  // namespace signet::smtp

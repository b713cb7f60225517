// CHUNKING (RFC 3030), against the machine.
#include "smtp/play.h"

namespace signet::smtp {
namespace {

using std::string_literals::operator""s;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const auto known = [] { return proven(); };
const std::string kBegun = kMail + kRcpt;

std::string chunk(std::string_view octets, bool last = false) {
    return "BDAT " + std::to_string(octets.size()) + (last ? " LAST\r\n" : "\r\n") +
           std::string{octets};
}

struct Case {
    std::string octets;
    std::vector<std::string> codes, messages;
};

void expect(const std::vector<Case>& cases) {
    for (const auto& c : cases) {
        SCOPED_TRACE(c.octets);
        const auto outcome = play_every_way(known, kBegun + c.octets + "NOOP\r\n");
        auto wanted = c.codes;
        wanted.insert(wanted.begin(), {"250", "250"});
        const bool closed = !wanted.empty() && wanted.back() == "521";
        if (!closed) wanted.emplace_back("250");  // to NOOP: the session is where it should be
        EXPECT_EQ(codes(outcome.output), wanted);
        EXPECT_EQ(outcome.messages, c.messages);
    }
}

// RFC 3030 §4 has these three shapes: one chunk, many, and an empty last one.
TEST(Chunking, chunks_make_a_message) {
    expect({
        {chunk("Subject: x\r\n\r\nhello\r\n", true), {"250"}, {"Subject: x\r\n\r\nhello\r\n"}},
        {chunk("a\r\n") + chunk("b\r\n") + chunk("c\r\n", true),
         {"250", "250", "250"},
         {"a\r\nb\r\nc\r\n"}},
        {chunk("a\r\n") + chunk("", true), {"250", "250"}, {"a\r\n"}},
        {chunk("") + chunk("", true), {"250", "250"}, {""}},
        {chunk("a") + chunk("b\r") + chunk("\nc\r\n", true),
         {"250", "250", "250"},
         {"ab\r\nc\r\n"}},
        // Dots are octets like any others, and so is what looks like an end.
        {chunk(".\r\n..a\r\n.\r\n", true), {"250"}, {".\r\n..a\r\n.\r\n"}},
        {chunk("\xFF\x80\r\n", true), {"250"}, {"\xFF\x80\r\n"}},
        // The last line gets its end: a next hop is told by lines where the data ends.
        {chunk("a", true), {"250"}, {"a\r\n"}},
        {chunk("a\r\nb") + chunk("", true), {"250", "250"}, {"a\r\nb\r\n"}},
        {"bdat 3 last\r\na\r\n", {"250"}, {"a\r\n"}},
        {"BDAT 0000000003 LAST \r\na\r\n", {"250"}, {"a\r\n"}},
        // And then another, by either way.
        {chunk("a\r\n", true) + kBegun + chunk("b\r\n", true),
         {"250", "250", "250", "250"},
         {"a\r\n", "b\r\n"}},
        {chunk("a\r\n", true) + kBegun + "DATA\r\nb\r\n.\r\n",
         {"250", "250", "250", "354", "250"},
         {"a\r\n", "b\r\n"}},
    });
}

TEST(Chunking, commands_between_chunks_are_answered) {
    expect({
        {chunk("a\r\n") + "NOOP\r\n" + chunk("b\r\n", true), {"250", "250", "250"}, {"a\r\nb\r\n"}},
        {chunk("a\r\n") + "RSET\r\n", {"250", "250"}, {}},
        {chunk("a\r\n") + "RSET\r\n" + kBegun + chunk("b\r\n", true),
         {"250", "250", "250", "250", "250"},
         {"b\r\n"}},
        {chunk("a\r\n") + "EHLO x\r\n" + chunk("b\r\n", true), {"250", "250", "503"}, {}},
        // §2: "DATA and BDAT commands cannot be used in the same transaction."
        {chunk("a\r\n") + "DATA\r\n" + chunk("b\r\n", true), {"250", "503", "250"}, {"a\r\nb\r\n"}},
        {chunk("a\r\n") + kMail + kRcpt + chunk("", true), {"250", "503", "503", "250"}, {"a\r\n"}},
        // §2: "Any BDAT command sent after the BDAT LAST is illegal".
        {chunk("a\r\n", true) + chunk("b\r\n", true), {"250", "503"}, {"a\r\n"}},
    });
}

// CVE-2020-28019, class 17: what belongs to a chunk is never a command, whatever became of it.
TEST(Chunking, security_17_the_octets_of_a_refused_chunk_are_never_run) {
    const auto hidden = "RSET\r\nQUIT\r\n" + kMail + "RCPT TO:<eve@example.com>\r\nDATA\r\n";
    EXPECT_THAT(replies(known, chunk(hidden, true) + "NOOP\r\n"), ElementsAre("503", "250"));
    EXPECT_THAT(replies(known, kMail + chunk(hidden, true) + "NOOP\r\n"),
                ElementsAre("250", "554", "250"));
    EXPECT_THAT(replies([] { return inside_tls(); }, "EHLO a\r\n" + chunk(hidden) + "NOOP\r\n"),
                ElementsAre("250", "530", "250"));
    EXPECT_THAT(replies([] { return in_the_clear(); }, "EHLO a\r\n" + chunk(hidden) + "NOOP\r\n"),
                ElementsAre("250", "530", "250"));
    EXPECT_THAT(replies([] { return inside_tls(); }, chunk(hidden) + "NOOP\r\n"),
                ElementsAre("503", "250"));
    // Refused without recipients, the transaction is as it was: RFC 2920 §3.1.
    EXPECT_THAT(replies(known, kMail + chunk("x\r\n") + kRcpt + chunk("y\r\n", true)),
                ElementsAre("250", "554", "250", "250"));
}

TEST(Chunking, security_17_what_does_not_say_its_length_ends_the_session) {
    for (const auto* line :
         {"BDAT", "BDAT ", "BDAT x", "BDAT -1", "BDAT +1", "BDAT 1x", "BDAT 0x10", "BDAT 5 LAS",
          "BDAT 5 LAST x", "BDAT 5  LAST", "BDAT  5", "BDAT LAST", "BDAT 5 LASTX",
          "BDAT 18446744073709551616", "BDAT 99999999999999999999999"}) {
        SCOPED_TRACE(line);
        const auto outcome = play_every_way(known, kBegun + line + "\r\nRSET\r\nNOOP\r\n" + kMail);
        EXPECT_THAT(codes(outcome.output), ElementsAre("250", "250", "521"));
        EXPECT_THAT(outcome.trace, Contains("refused unframed BDAT"));
    }
    const auto outcome =
        play_every_way(known, "BDAT 4" + std::string(5'000, ' ') + "LAST\r\nRSET\r\n");
    EXPECT_THAT(codes(outcome.output), ElementsAre("521"));
}

TEST(Chunking, the_size_limit_counts_all_chunks) {
    const auto small = [] { return proven({.message_octets = 10}); };
    const auto says = [&](const std::string& octets) {
        return replies(small, kBegun + octets + "NOOP\r\n");
    };
    EXPECT_THAT(says(chunk("12345678\r\n", true)), ElementsAre("250", "250", "250", "250"));
    EXPECT_THAT(says(chunk("123456789\r\n", true)), ElementsAre("250", "250", "552", "250"));
    EXPECT_THAT(says(chunk("1234") + chunk("5678\r\n") + chunk("", true)),
                ElementsAre("250", "250", "250", "250", "250", "250"));
    // Behind the refusal the transaction is over, and what was in the pipe is passed over (§2).
    EXPECT_THAT(
        says(chunk("1234") + chunk("5678\r\n90") + chunk("x\r\n") + chunk("RSET\r\n", true)),
        ElementsAre("250", "250", "250", "552", "503", "503", "250"));
    EXPECT_THAT(says(chunk("123456789012") + kBegun + chunk("x\r\n", true)),
                ElementsAre("250", "250", "552", "250", "250", "250", "250"));
    EXPECT_THAT(play_every_way(small, kBegun + chunk("123456789\r\n", true)).trace,
                Contains("refused too_big "));
}

TEST(Chunking, security_18_a_huge_chunk_is_neither_kept_nor_waited_for) {
    auto server = proven();
    server.feed(kBegun + "BDAT 18446744073709551615 LAST\r\n");
    for (int i = 0; i < 64; ++i) {
        EXPECT_EQ(server.feed(std::string(1 << 20, 'x')), "");
    }
    EXPECT_THAT(server.trace(), Not(Contains(StartsWith("message"))));
    EXPECT_FALSE(server.closed());
}

TEST(Chunking, security_01_bare_line_ends_and_nul_close_as_they_do_in_data) {
    for (const auto& octets :
         {"a\nb\r\n"s, "a\rb\r\n"s, "a\r\r\n"s, "\n"s, "a\0\r\n"s, "a\r\n\n"s}) {
        SCOPED_TRACE(testing::PrintToString(octets));
        expect({{chunk(octets, true), {"521"}, {}}});
    }
    expect({
        {chunk("a\r", true), {"521"}, {}},
        {chunk("a\r") + chunk("", true), {"250", "521"}, {}},
        {chunk("a\r") + chunk("b", true), {"250", "521"}, {}},
    });
}

TEST(Chunking, bare_lf_becomes_crlf_where_the_listener_says_so) {
    const auto lenient = [] { return proven({.bare_lf = BareLf::normalize}); };
    const auto outcome =
        play_every_way(lenient, kBegun + chunk("a\n.\n\nb\r\n") + chunk("c\n", true));
    EXPECT_THAT(outcome.messages, ElementsAre("a\r\n.\r\n\r\nb\r\nc\r\n"));
    EXPECT_THAT(replies(lenient, kBegun + chunk("a\rb\n", true)), ElementsAre("250", "250", "521"));
}

// RFC 3030 §2 puts no limit to the number of chunks; ours is that of commands, unless they bring
// something.
TEST(Chunking, small_chunks_count_as_commands_and_fair_ones_do_not) {
    const auto few = [] { return proven({.commands = 8}); };
    std::string small, fair;
    for (int i = 0; i < 20; ++i)
        small += chunk("x\r\n"), fair += chunk(std::string(1'022, 'x') + "\r\n");
    EXPECT_EQ(codes(few().feed(kBegun + small)).back(), "421");
    auto server = few();
    EXPECT_THAT(codes(server.feed(kBegun + fair + chunk("", true))), Each("250"));
}

TEST(Chunking, the_client_hears_how_much_was_taken) {
    auto server = proven();
    EXPECT_THAT(server.feed(kBegun + chunk("a\r\n") + chunk("b\r\n")),
                HasSubstr("6 octets so far"));
    EXPECT_THAT(server.trace(), Contains("bdat 3"));
}

}  // namespace
}  // namespace signet::smtp

#include "smtp/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

using std::string_literals::operator""s;
using testing::Optional;

// The command that a line must be.
template <class Wanted>
Wanted taken(std::string_view line) {
    auto command = parse_command(line);
    if (!command || !std::holds_alternative<Wanted>(*command)) {
        ADD_FAILURE() << "not taken: " << testing::PrintToString(std::string{line});
        return {};
    }
    return std::get<Wanted>(std::move(*command));
}

struct Refusing {
    std::string line;
    Fault::Kind kind;
    std::size_t offset;
};

void all_refused(std::initializer_list<Refusing> cases) {
    for (const auto& c : cases) {
        SCOPED_TRACE(testing::PrintToString(c.line));
        const auto command = parse_command(c.line);
        ASSERT_FALSE(command);
        EXPECT_EQ(command.error().kind, c.kind);
        EXPECT_EQ(command.error().offset, c.offset);
    }
}

using enum Fault::Kind;

TEST(ParseCommand, verbs_are_read_without_case_and_trailing_space_is_tolerated) {
    for (const auto* line : {"QUIT", "quit", "QuIt", "QUIT ", "quit \t "}) taken<Quit>(line);
    taken<StartTls>("STARTTLS");
    taken<Data>("DATA ");
    taken<Rset>("rset");
    taken<Noop>("NOOP");
    taken<Noop>("NOOP anything at all");
    taken<Help>("HELP");
    taken<Help>("HELP MAIL");
    EXPECT_EQ(taken<Vrfy>("VRFY ann smith").what, "ann smith");
}

TEST(ParseCommand, what_is_no_command_is_named_for_what_it_is) {
    all_refused({
        {"", unknown_command, 0},
        {" ", unknown_command, 0},
        {" NOOP", unknown_command, 0},
        {"\tNOOP", unknown_command, 0},
        {"NOOPX", unknown_command, 0},
        {"NOO", unknown_command, 0},
        {"NOOP\0"s, unknown_command, 0},
        {"NOOP\tx", unknown_command, 0},
        {"MAIL: FROM:<a@b>", unknown_command, 0},
        {"\xC3\xA9", unknown_command, 0},
        {"EXPN list", not_implemented, 0},
        {"ETRN x", not_implemented, 0},
        {"BDAT 10 LAST", not_implemented, 0},
        {"XCLIENT ADDR=127.0.0.1 LOGIN=root", not_implemented, 0},
        {"QUIT now", syntax, 4},
        {"DATA x", syntax, 4},
        {"RSET x", syntax, 4},
        {"STARTTLS x", syntax, 8},
        {"VRFY", syntax, 4},
        {"VRFY  ", syntax, 4},
        {"NOOP \x01", syntax, 6 - 1},
        {"NOOP a\xC3\xA9", syntax, 6},
        {"HELP \0"s, syntax, 5},
    });
}

TEST(ParseCommand, security_06_other_protocols_are_known_by_their_first_line) {
    all_refused({
        {"GET / HTTP/1.1", foreign_protocol, 0},
        {"POST / HTTP/1.1", foreign_protocol, 0},
        {"post /", foreign_protocol, 0},
        {"PUT /x HTTP/1.1", foreign_protocol, 0},
        {"OPTIONS * HTTP/1.1", foreign_protocol, 0},
        {"CONNECT mail:25 HTTP/1.1", foreign_protocol, 0},
        {"PRI * HTTP/2.0", foreign_protocol, 0},
        {"PROXY TCP4 192.0.2.1 192.0.2.2 1 587", foreign_protocol, 0},
        {"SSH-2.0-x", foreign_protocol, 0},
        {"\x16\x03\x01", foreign_protocol, 0},
    });
}

TEST(ParseEhlo, any_printable_word_is_taken_as_written) {
    for (const std::string domain :
         {"client.example", "localhost", "my_laptop", "[192.0.2.1]", "[IPv6:2001:db8::1]",
          "2001:db8::1", "a", "-", "Ann's-Mac.local"}) {
        EXPECT_EQ(taken<Ehlo>("EHLO " + domain).domain, domain);
        EXPECT_EQ(taken<Helo>("HELO " + domain).domain, domain);
    }
    EXPECT_EQ(taken<Ehlo>("EHLO " + std::string(255, 'a')).domain.size(), 255u);
    all_refused({
        {"EHLO", syntax, 4},
        {"HELO ", syntax, 4},
        {"EHLO  a", syntax, 5},
        {"EHLO a b", syntax, 6},
        {"EHLO a\tb", syntax, 6},
        {"EHLO a\x1B[2J", syntax, 6},
        {"EHLO a\x7F", syntax, 6},
        {"EHLO \xC3\xA9", syntax, 5},
        {"EHLO a\0b"s, syntax, 6},
        {"EHLO " + std::string(256, 'a'), bad_value, 261},
    });
}

TEST(ParseAuth, the_initial_response_is_absent_empty_or_octets) {
    const auto alone = taken<Auth>("AUTH plain");
    EXPECT_EQ(alone.mechanism, "PLAIN");
    EXPECT_FALSE(alone.initial);
    const auto empty = taken<Auth>("AUTH EXTERNAL =");
    ASSERT_TRUE(empty.initial);
    EXPECT_EQ(empty.initial->reveal(), "");
    const auto octets = taken<Auth>("auth SCRAM-SHA-256 AGFubgBwYXNz");
    ASSERT_TRUE(octets.initial);
    EXPECT_EQ(octets.initial->reveal(), "\0ann\0pass"s);
}

// CVE-2018-6789, CVE-2025-59028: a decoder met octets that are not base64.
TEST(ParseAuth, security_07_faulty_base64_is_refused) {
    all_refused({
        {"AUTH", syntax, 4},
        {"AUTH ", syntax, 4},
        {"AUTH  PLAIN", syntax, 5},
        {"AUTH \xC3\xA9", syntax, 5},
        {"AUTH PLAIN\0"s, syntax, 10},
        {"AUTH " + std::string(21, 'A'), syntax, 26},
        {"AUTH PLAIN  AA==", syntax, 11},
        {"AUTH PLAIN AA== AA==", syntax, 15},
        {"AUTH PLAIN ####", bad_value, 11},
        {"AUTH PLAIN A", bad_value, 11},
        {"AUTH PLAIN AA", bad_value, 11},
        {"AUTH PLAIN AA=", bad_value, 11},
        {"AUTH PLAIN A===", bad_value, 11},
        {"AUTH PLAIN AA==AA==", bad_value, 11},
        {"AUTH PLAIN =AAA", bad_value, 11},
        {"AUTH PLAIN AB==", bad_value, 11},  // stray bits
        {"AUTH PLAIN ==", bad_value, 11},
        {"AUTH PLAIN AAA\0"s, bad_value, 11},
        {"AUTH PLAIN AAA\tAAAA", bad_value, 11},
    });
}

TEST(ParseMail, sender_size_and_body_are_read) {
    EXPECT_TRUE(taken<Mail>("MAIL FROM:<>").sender.is_null());
    const auto bare = taken<Mail>("mail from:<Ann@Example.com>");
    EXPECT_EQ(bare.sender.text(), "Ann@example.com");
    EXPECT_FALSE(bare.size);
    EXPECT_EQ(bare.body, mail::Body::seven_bit);
    const auto full =
        taken<Mail>("MAIL FROM:<a@b> body=8bitmime SIZE=18446744073709551615 AUTH=<>");
    EXPECT_THAT(full.size, Optional(18446744073709551615u));
    EXPECT_EQ(full.body, mail::Body::eight_bit_mime);
    EXPECT_EQ(taken<Mail>("MAIL FROM:<a@b> BODY=7BIT").body, mail::Body::seven_bit);
    taken<Mail>("MAIL FROM:<a@b> AUTH=e+3Dmc2@example.com");
    taken<Mail>("MAIL FROM:<a@b> ");
}

TEST(ParseMail, security_17_each_fault_is_found_where_it_stands) {
    all_refused({
        {"MAIL", syntax, 4},
        {"MAIL FROM", syntax, 4},
        {"MAIL FROM <a@b>", syntax, 4},
        {"MAIL  FROM:<a@b>", syntax, 4},
        {"MAIL FROM: <a@b>", syntax, 10},  // RFC 5321 §3.3: no space there
        {"MAIL FROM:a@b", syntax, 10},
        {"MAIL FROM:<a@b", syntax, 10},
        {"MAIL FROM:", syntax, 10},
        {"MAIL TO:<a@b>", syntax, 4},
        {"MAIL FROM:<a@b>SIZE=1", syntax, 15},
        {"MAIL FROM:<a@b>  SIZE=1", syntax, 15},
        {"MAIL FROM:<a@b> SIZE=1  BODY=7BIT", syntax, 22},
        {"MAIL FROM:<a@b> =1", syntax, 15},
        {"MAIL FROM:<a@b> -X=1", syntax, 15},
        {"MAIL FROM:<a@b> SIZE=", syntax, 15},
        {"MAIL FROM:<a@b> SIZE=1=2", syntax, 15},
        {"MAIL FROM:<a@b> X\x01", syntax, 15},
        {"MAIL FROM:<a@b> <c@d>", syntax, 15},
        {"MAIL FROM:<a@b> SIZE", bad_value, 16},
        {"MAIL FROM:<a@b> SIZE=-1", bad_value, 16},
        {"MAIL FROM:<a@b> SIZE=x", bad_value, 16},
        {"MAIL FROM:<a@b> SIZE=18446744073709551616", bad_value, 16},
        {"MAIL FROM:<a@b> SIZE=000000000000000000001", bad_value, 16},  // 1*20DIGIT
        {"MAIL FROM:<a@b> BODY", bad_value, 16},
        {"MAIL FROM:<a@b> BODY=BINARYMIME", bad_value, 16},
        {"MAIL FROM:<a@b> SIZE=1 SIZE=1", repeated, 23},
        {"MAIL FROM:<a@b> BODY=7BIT body=7BIT", repeated, 26},
        {"MAIL FROM:<a@b> AUTH=<> AUTH=<>", repeated, 24},
        {"MAIL FROM:<a@b> SMTPUTF8", unknown_parameter, 16},
        {"MAIL FROM:<a@b> RET=HDRS", unknown_parameter, 16},
        {"MAIL FROM:<a@b> SIZE=1 ENVID=x", unknown_parameter, 23},
    });
}

// CVE-2020-28021: a line end in AUTH= reached the spool file.  Here the octets go nowhere.
TEST(ParseMail, security_22_the_auth_parameter_is_xtext_and_ignored) {
    const auto hidden = taken<Mail>("MAIL FROM:<a@b> AUTH=x+0D+0AX:");
    EXPECT_EQ(hidden.sender.text(), "a@b");
    all_refused({
        {"MAIL FROM:<a@b> AUTH", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH=+", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH=+0", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH=+0d", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH=a+GG", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH=a\rX:", syntax, 15},
    });
}

TEST(ParseRcpt, one_recipient_and_no_parameter) {
    EXPECT_EQ(taken<Rcpt>("RCPT TO:<bob@example.com>").recipient.text(), "bob@example.com");
    EXPECT_EQ(taken<Rcpt>("rcpt to:<Postmaster>").recipient.domain, "");
    EXPECT_EQ(taken<Rcpt>("RCPT TO:<@relay.example:bob@example.com>").recipient.text(),
              "bob@example.com");
    all_refused({
        {"RCPT", syntax, 4},
        {"RCPT TO:", syntax, 8},
        {"RCPT TO:<>", syntax, 8},
        {"RCPT TO: <a@b>", syntax, 8},
        {"RCPT TO:<a@b> <c@d>", syntax, 13},
        {"RCPT TO:<a@b>,<c@d>", syntax, 13},
        {"RCPT TO:<;sleep 9;@d>", syntax, 8},
        {"RCPT TO:<a@b> NOTIFY=NEVER", unknown_parameter, 14},
        {"RCPT TO:<a@b> ORCPT=rfc822;a+0Ab", unknown_parameter, 14},
        {"RCPT FROM:<a@b>", syntax, 4},
    });
}

TEST(Verb, is_one_of_a_closed_set) {
    EXPECT_EQ(verb_of("mail FROM:<a@b>"), "MAIL");
    EXPECT_EQ(verb_of("noop "), "NOOP");
    EXPECT_EQ(verb_of("GET /"), "GET");
    EXPECT_EQ(verb_of("hunter2"), "OTHER");
    EXPECT_EQ(verb_of(""), "OTHER");
    EXPECT_EQ(verb_of("xforward a"), "XFORWARD");
}

}  // namespace
}  // namespace signet::smtp

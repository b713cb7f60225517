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
        {"MAIL FROM:<a@b> X\xC3\xBC", syntax, 15},  // a keyword is ASCII always
        {"MAIL FROM:<a@b> SIZE=\xC3\xBC", bad_value, 16},
        {"MAIL FROM:<a@b> SMTPUTF8=1", bad_value, 16},
        {"MAIL FROM:<a@b> SMTPUTF8 smtputf8", repeated, 25},
        {"MAIL FROM:<\xC3\xBC@b> SIZE=1", needs_smtputf8, 10},
        {"MAIL FROM:<a@b> RET=ALL", bad_value, 16},
        {"MAIL FROM:<a@b> SIZE=1 ENVID=+", bad_value, 23},
        {"MAIL FROM:<a@b> SIZE=1 NOTIFY=NEVER", unknown_parameter, 23},
    });
}

// CVE-2020-28021: a line end in AUTH= reached the spool file.  Here the octets go nowhere.
TEST(ParseMail, security_22_the_auth_parameter_is_xtext_and_ignored) {
    taken<Mail>("MAIL FROM:<a@b> AUTH=x+20y");
    all_refused({
        {"MAIL FROM:<a@b> AUTH=x+0D+0AX:", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH=+", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH=+0", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH=+0d", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH=a+GG", bad_value, 16},
        {"MAIL FROM:<a@b> AUTH=a\rX:", syntax, 15},
    });
}

TEST(ParseMail, what_the_extensions_add_is_read) {
    const auto all = taken<Mail>("MAIL FROM:<\u00FC@b> RET=full ENVID=a+20b smtputf8");
    EXPECT_TRUE(all.smtputf8);
    EXPECT_EQ(all.ret, mail::Return::full);
    EXPECT_EQ(all.envid, "a b");
    EXPECT_EQ(all.sender.text(), "\u00FC@b");
    const auto none = taken<Mail>("MAIL FROM:<a@b>");
    EXPECT_FALSE(none.smtputf8);
    EXPECT_EQ(none.ret, mail::Return::unsaid);
    EXPECT_EQ(none.envid, "");
}

TEST(ParseBdat, says_how_many_octets_follow) {
    EXPECT_EQ(taken<Bdat>("BDAT 0").octets, 0u);
    EXPECT_FALSE(taken<Bdat>("BDAT 86").last);
    EXPECT_TRUE(taken<Bdat>("bdat 86 last").last);
    EXPECT_EQ(taken<Bdat>("BDAT 18446744073709551615 LAST").octets, 18446744073709551615u);
    all_refused({
        {"BDAT", unframed, 4},
        {"BDAT x LAST", unframed, 6},
        {"BDAT 1 FIRST", unframed, 6},
        {"BDAT 1 LAST 2", unframed, 11},
    });
}

TEST(ParseRcpt, one_recipient_and_its_parameters) {
    const auto all =
        taken<Rcpt>("RCPT TO:<bob@example.com> NOTIFY=DELAY ORCPT=rfc822;b+2Bc@example.com");
    EXPECT_TRUE(all.notify.asked && all.notify.delay && !all.notify.failure);
    EXPECT_EQ(all.original, "rfc822;b+c@example.com");
    EXPECT_FALSE(all.international);
    EXPECT_TRUE(taken<Rcpt>("RCPT TO:<\u00FC@b>").international);
    EXPECT_TRUE(taken<Rcpt>("RCPT TO:<a@\u00FC>").international);
    EXPECT_TRUE(taken<Rcpt>("RCPT TO:<a@b> ORCPT=utf-8;\u00FC@b").international);
    EXPECT_FALSE(taken<Rcpt>("RCPT TO:<a@b> ORCPT=utf-8;\\x{FC}@b").international);

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
        {"RCPT TO:<a@b> NOTIFY=SOMETIMES", bad_value, 14},
        {"RCPT TO:<a@b> NOTIFY", bad_value, 14},
        {"RCPT TO:<a@b> ORCPT=rfc822;a+0Ab", bad_value, 14},
        {"RCPT TO:<a@b> ORCPT=a@b", bad_value, 14},
        {"RCPT TO:<a@b> NOTIFY=NEVER NOTIFY=NEVER", repeated, 27},
        {"RCPT TO:<a@b> SIZE=1", unknown_parameter, 14},
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

// SMTPUTF8 (RFC 6531), against the machine.
#include "smtp/play.h"

namespace signet::smtp {
namespace {

using testing::ElementsAre;
using std::string_literals::operator""s;
using testing::HasSubstr;

const auto known = [] { return proven(); };
const std::string kUtf8Mail = "MAIL FROM:<j\u00FCrgen@b\u00FCcher.example> SMTPUTF8\r\n";

// §3.5, §3.4: the path may be UTF-8 only where the parameter is.
TEST(Smtputf8, utf_8_is_taken_where_the_client_said_so) {
    struct Case {
        std::string octets;
        std::vector<std::string> codes;
    };
    const std::string rcpt = "RCPT TO:<\u7528\u6237@example.com>\r\n";
    const Case cases[] = {
        {kUtf8Mail + rcpt, {"250", "250"}},
        {kUtf8Mail + kRcpt, {"250", "250"}},
        {"MAIL FROM:<ann@example.com> SMTPUTF8\r\n" + rcpt, {"250", "250"}},
        {"MAIL FROM:<ann@example.com> SMTPUTF8 BODY=8BITMIME SIZE=9\r\n" + rcpt, {"250", "250"}},
        {"MAIL FROM:<j\u00FCrgen@example.com> BODY=8BITMIME smtputf8\r\n", {"250"}},
        {"MAIL FROM:<> SMTPUTF8\r\n" + rcpt, {"250", "250"}},
        {"MAIL FROM:<j\u00FCrgen@example.com>\r\n", {"553"}},
        {"MAIL FROM:<ann@b\u00FCcher.example>\r\n", {"553"}},
        {"MAIL FROM:<@b\u00FCcher.example:ann@example.com>\r\n", {"553"}},
        {kMail + rcpt + kRcpt, {"250", "553", "250"}},
        {kMail + "RCPT TO:<ann@b\u00FCcher.example>\r\n", {"250", "553"}},
        {kMail + "RCPT TO:<ann@b> ORCPT=utf-8;\u00FC@b\r\n", {"250", "553"}},
        {kMail + "RCPT TO:<ann@b> ORCPT=utf-8;\\x{FC}@b\r\n", {"250", "250"}},
        {"MAIL FROM:<ann@example.com> SMTPUTF8=yes\r\n", {"501"}},
        {"MAIL FROM:<ann@example.com> SMTPUTF8 SMTPUTF8\r\n", {"501"}},
        {"MAIL FROM:<ann\xFF@example.com> SMTPUTF8\r\n", {"501"}},
        {kMail + "RCPT TO:<ann@b> SMTPUTF8\r\n", {"250", "555"}},
        // The parameter is this transaction's, and no other's.
        {kUtf8Mail + "RSET\r\n" + kMail + rcpt, {"250", "250", "250", "553"}},
        {kUtf8Mail + "EHLO a\r\n" + kMail + rcpt, {"250", "250", "250", "553"}},
        {kUtf8Mail + kRcpt + "DATA\r\nx\r\n.\r\n" + kMail + rcpt,
         {"250", "250", "354", "250", "250", "553"}},
        {"VRFY \u7528\u6237\r\n", {"553"}},
        {"VRFY \u7528\u6237 SMTPUTF8\r\n", {"252"}},
        {"VRFY ann SMTPUTF8\r\n", {"252"}},
        {"VRFY \xFF SMTPUTF8\r\n", {"501"}},
        {"EXPN \u7528\u6237 SMTPUTF8\r\n", {"502"}},
    };
    for (const auto& c : cases) EXPECT_EQ(replies(known, c.octets), c.codes) << c.octets;
}

TEST(Smtputf8, a_domain_is_one_whichever_way_it_is_written) {
    auto server = proven();
    server.feed(kUtf8Mail);
    EXPECT_EQ(server.trace().back(), "mail <j\u00FCrgen@xn--bcher-kva.example> utf8 -> 250");
    EXPECT_THAT(server.feed("RSET\r\nMAIL FROM:<\u00FC@b>\r\n"), HasSubstr("553 5.6.7 "));
}

// §3.7.4.1: "UTF-8 strings MUST NOT be used in replies" to a client that did not ask for SMTPUTF8.
TEST(Smtputf8, replies_are_ascii_unless_the_client_asked) {
    for (const bool asked : {false, true}) {
        ServerProtocol protocol{Role::submissions, {}};
        protocol.greet(reply(220, "x"));
        const auto say = [&](const std::string& line, const Reply& answer) {
            protocol.received(line);
            protocol.next_event();
            protocol.answer(answer);
        };
        say("EHLO a\r\n", reply(250, "x"));
        say("AUTH PLAIN AGEAYg==\r\n", reply(235, "x"));
        protocol.take_output();
        say(asked ? "MAIL FROM:<a@b> SMTPUTF8\r\n" : "MAIL FROM:<a@b>\r\n", reply(250, "x"));
        say("RCPT TO:<c@d>\r\n", reply(550, "not \u00FC"));
        EXPECT_EQ(protocol.take_output(),
                  asked ? "250 x\r\n550 not \u00FC\r\n" : "250 x\r\n550 not ??\r\n");
        say("RSET\r\n", reply(250, "\u00FC"));
        EXPECT_EQ(protocol.take_output(), "250 ??\r\n");  // that transaction is over
        say("NOOP\r\n", reply(250, "\u00FC"));
        EXPECT_EQ(protocol.take_output(), "250 ??\r\n");
    }
}

TEST(Smtputf8, security_24_what_cannot_be_seen_names_nobody) {
    for (const auto* path :
         {"<ann\u200B@example.com>", "<ann@example\u200B.com>", "<ann\u00AD@b>", "<\u202Eann@b>",
          "<ann@\uFF45xample.com>", "<ann@example\u3002com>", "<\"ann\u2028\"@b>"}) {
        EXPECT_THAT(replies(known, "MAIL FROM:"s + path + " SMTPUTF8\r\nNOOP\r\n"),
                    ElementsAre("501", "250"))
            << path;
    }
}

}  // namespace
}  // namespace signet::smtp

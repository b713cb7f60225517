// The classes of attack that a server has met before, played against the machine.
#include "smtp/extensions.h"
#include "smtp/play.h"

namespace signet::smtp {
namespace {

using std::string_literals::operator""s;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const auto clear = [] { return in_the_clear(); };
const auto tls = [] { return inside_tls(); };
const auto known = [] { return proven(); };

// RFC 5321 §4.1.1.4: CRLF.CRLF alone ends a message.  Each of these once ended one somewhere.
TEST(ServerProtocol, security_01_no_other_ending_ends_a_message) {
    const std::string endings[] = {
        "\n.\n",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r",
        "\r.\n",
        "\n.\r",
        "\r.\r\n",
        "\r\n.\r",
        "\r\n.\r\r\n",
        "\r\r\n.\r\r\n",
        "\r\n\0.\r\n"s,
        "\r\n.\0\r\n"s,
        "\r\n.\r\0\n"s,
        "\r\n\xC2\x85.\xC2\x85\r\n",
        "\r\n\xE2\x80\xA8.\xE2\x80\xA8\r\n",
    };
    const std::string smuggled = kMail + "RCPT TO:<eve@example.com>\r\nDATA\r\nforged\r\n.\r\n";
    for (const auto& ending : endings) {
        SCOPED_TRACE(testing::PrintToString(ending));
        auto once = "a" + ending;
        once += smuggled;
        const bool unicode = ending.size() > 8;  // octets like any others: content goes on
        const auto outcome =
            play_every_way([] { return in_content(); }, unicode ? once : once + once);
        if (unicode) {  // the one reply is to the one CRLF.CRLF
            EXPECT_THAT(codes(outcome.output), ElementsAre("250"));
            EXPECT_THAT(outcome.messages, ElementsAre(HasSubstr("DATA\r\nforged\r\n")));
        } else {
            EXPECT_THAT(codes(outcome.output), ElementsAre("521"));
            EXPECT_TRUE(outcome.messages.empty());
            EXPECT_EQ(outcome.trace.back(), "closed");
        }
    }
}

TEST(ServerProtocol, security_01_bare_line_ends_in_commands_close_too) {
    for (const auto& octets : {"NOOP\nNOOP\r\n"s, "NOOP\rNOOP\r\n"s, "NOOP\0\r\nNOOP\r\n"s,
                               "NOOP\r\r\nNOOP\r\n"s, "\nNOOP\r\n"s}) {
        SCOPED_TRACE(testing::PrintToString(octets));
        EXPECT_THAT(replies(known, octets), ElementsAre("521"));
    }
}

// CVE-2011-0411.  The one thing that depends on how octets are cut: what came in one segment with
// STARTTLS is seen, what comes later is for the handshake.
TEST(ServerProtocol, security_03_octets_behind_starttls_are_never_read) {
    auto glued = in_the_clear();
    glued.feed("EHLO a\r\n");
    EXPECT_THAT(codes(glued.feed("STARTTLS\r\nNOOP\r\n")), ElementsAre("554"));
    EXPECT_TRUE(glued.closed());
    EXPECT_THAT(glued.trace(), Contains("refused plaintext_after_starttls STARTTLS"));

    for (const auto* behind : {"N", "\x16\x03\x01", "\r\n"}) {  // a ClientHello is no exception
        auto server = in_the_clear();
        server.feed("EHLO a\r\n");
        EXPECT_THAT(codes(server.feed("STARTTLS\r\n"s + behind)), ElementsAre("554"));
        EXPECT_TRUE(server.closed());
    }
    auto split = in_the_clear();
    split.feed("EHLO a\r\n");
    EXPECT_THAT(codes(split.feed("STARTTLS\r\n")), ElementsAre("220"));
    EXPECT_EQ(split.feed("NOOP\r\n"), "");  // not answered in the clear
    split.handshake();
    EXPECT_EQ(split.feed(""), "");  // nor inside TLS
    EXPECT_THAT(codes(split.feed("NOOP\r\n")), ElementsAre("250"));
}

TEST(ServerProtocol, security_03_a_refused_starttls_leaves_the_session_in_the_clear) {
    ServerProtocol protocol{Role::submission, {}};
    protocol.greet(reply(220, "x"));
    protocol.received("EHLO a\r\n");
    protocol.next_event();
    protocol.answer(reply(250, "x"));
    protocol.received("STARTTLS\r\n");
    ASSERT_TRUE(std::holds_alternative<StartTls>(protocol.next_event()));
    protocol.answer(reply(454, {4, 7, 0}, "no certificate"));
    protocol.received(kMail);
    EXPECT_EQ(std::get<Refused>(protocol.next_event()).why, Refused::Why::tls_required);
}

TEST(ServerProtocol, security_05_nothing_but_starttls_leads_on_in_the_clear) {
    struct Case {
        std::string line, reply;
    };
    const Case cases[] = {
        {"AUTH PLAIN", "538 5.7.11 "},
        {"AUTH LOGIN", "538 5.7.11 "},
        {"AUTH", "538 5.7.11 "},
        {"AUTH PLAIN ####", "538 5.7.11 "},
        {"MAIL FROM:<ann@example.com>", "530 5.7.0 "},
        {"RCPT TO:<bob@example.com>", "530 5.7.0 "},
        {"DATA", "530 5.7.0 "},
        {"VRFY ann", "530 5.7.0 "},
        {"NOOP", "250 "},
        {"RSET", "250 "},
        {"HELP", "214 "},
        {"QUIT", "221 "},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.line);
        for (const auto* hello : {"EHLO a\r\n", "HELO a\r\n", ""}) {
            auto server = in_the_clear();
            server.feed(hello);
            EXPECT_THAT(server.feed(c.line + "\r\n"), StartsWith(c.reply));
        }
    }
}

TEST(ServerProtocol, security_05_a_password_sent_in_the_clear_is_reported) {
    struct Case {
        std::string line;
        std::string reported;
    };
    const Case cases[] = {
        {"AUTH PLAIN AGFubgBwYXNz", " exposed PLAIN"},
        {"AUTH PLAIN not*base64", " exposed"},
        {"auth login YW5u", " exposed LOGIN"},
        {"AUTH PLAIN " + std::string(13'000, 'A'), " exposed"},
        {"AUTH PLAIN", " AUTH"},
        {"AUTH", " AUTH"},
        {"AUTH PLAIN ", " AUTH"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.line.substr(0, 40));
        const auto outcome = play_every_way(clear, "EHLO a\r\n" + c.line + "\r\n");
        EXPECT_THAT(outcome.trace.back(), StartsWith("refused "));
        EXPECT_THAT(outcome.trace.back(), testing::EndsWith(c.reported));
    }
    EXPECT_THAT(play_every_way(tls, "EHLO a\r\nAUTH PLAIN #\r\n").trace.back(),
                "refused syntax AUTH");
}

TEST(ServerProtocol, security_05_the_session_is_born_again_inside_tls) {
    const auto outcome = play_every_way(clear, "EHLO a\r\n");
    EXPECT_THAT(outcome.output, HasSubstr("STARTTLS\r\n"));
    EXPECT_THAT(outcome.output, Not(HasSubstr("AUTH")));
    auto server = in_the_clear();
    server.feed("EHLO a\r\n");
    server.feed("STARTTLS\r\n");
    server.handshake();
    EXPECT_THAT(codes(server.feed(good_auth())), ElementsAre("503"));  // that EHLO is forgotten
    const auto keywords = server.feed("EHLO a\r\n");
    EXPECT_THAT(keywords, HasSubstr("AUTH PLAIN LOGIN\r\n"));
    EXPECT_THAT(keywords, Not(HasSubstr("STARTTLS")));
    EXPECT_THAT(codes(server.feed("STARTTLS\r\n")), ElementsAre("503"));  // once is enough
    EXPECT_THAT(codes(server.feed(good_auth())), ElementsAre("235"));
    EXPECT_THAT(codes(server.feed("STARTTLS\r\n")), ElementsAre("503"));
}

TEST(ServerProtocol, security_06_another_protocol_ends_in_a_disconnect) {
    for (const auto& octets :
         {"GET / HTTP/1.1\r\nHost: x\r\n\r\n"s,
          "POST / HTTP/1.1\r\nContent-Length: 30\r\n\r\nEHLO a\r\nMAIL FROM:<a@b>\r\n"s,
          "CONNECT x:25 HTTP/1.1\r\n\r\n"s, "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\nEHLO a\r\n"s,
          "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, "SSH-2.0-OpenSSH\r\n"s}) {
        SCOPED_TRACE(testing::PrintToString(octets));
        EXPECT_THAT(replies(clear, octets), ElementsAre("521"));
    }
}

TEST(ServerProtocol, security_07_a_fault_in_base64_ends_the_exchange_and_the_next_login_works) {
    const std::string faults[] = {"####", "AA=A", "AAA", "AA==AA==", "AAAA AAAA", "=", " ", "AB=="};
    for (const auto& fault : faults) {
        SCOPED_TRACE(fault);
        EXPECT_THAT(replies(tls, "EHLO a\r\nAUTH PLAIN\r\n" + fault + "\r\n" + good_auth()),
                    ElementsAre("250", "334", "501", "235"));
        auto server = inside_tls();
        server.feed("EHLO a\r\nAUTH PLAIN\r\n");
        EXPECT_THAT(server.feed(fault + "\r\n"), StartsWith("501 5.5.2 "));
        EXPECT_EQ(server.trace().back(), "refused syntax AUTH");
    }
}

TEST(ServerProtocol, security_08_an_exchange_can_be_left_and_begun_again_but_not_twice_won) {
    EXPECT_THAT(replies(tls, "EHLO a\r\nAUTH LOGIN\r\n*\r\n" + good_auth()),
                ElementsAre("250", "334", "501", "235"));
    EXPECT_THAT(
        replies(tls, "EHLO a\r\nAUTH LOGIN\r\nYW5u\r\n*\r\nAUTH PLAIN\r\n*\r\n" + good_auth()),
        ElementsAre("250", "334", "334", "501", "334", "501", "235"));
    EXPECT_THAT(replies(known, good_auth() + "AUTH LOGIN\r\n"), ElementsAre("503", "503"));
    EXPECT_THAT(replies(known, kMail + good_auth()), ElementsAre("250", "503"));
    // A command inside an exchange is a response, and no base64.
    EXPECT_THAT(replies(tls, "EHLO a\r\nAUTH LOGIN\r\nRSET\r\n*\r\n"),
                ElementsAre("250", "334", "334", "501"));
    EXPECT_THAT(replies(tls, "EHLO a\r\nAUTH LOGIN\r\nQUIT now\r\n"),
                ElementsAre("250", "334", "501"));
    EXPECT_THAT(replies(tls, "EHLO a\r\nAUTH SCRAM-SHA-1 AA==\r\n" + good_auth()),
                ElementsAre("250", "504", "235"));
}

TEST(ServerProtocol, security_09_nul_cr_and_lf_in_a_response_line_close) {
    for (const auto& octets : {"AA\0=\r\n"s, "AA==\n"s, "AA\r==\r\n"s}) {
        EXPECT_THAT(replies(tls, "EHLO a\r\nAUTH PLAIN\r\n" + octets + good_auth()),
                    ElementsAre("250", "334", "521"));
    }
    // Inside base64 they reach the mechanism, whose grammar knows how many NULs there may be.
    EXPECT_THAT(replies(tls, "EHLO a\r\nAUTH PLAIN " + base64("\0user\0pass\0x"s) + "\r\n"),
                ElementsAre("250", "501"));
}

TEST(ServerProtocol, security_17_a_segment_of_three_lines_gets_three_replies) {
    EXPECT_THAT(replies(known, "AUTH PLAIN\r\n*\r\nNOOP\r\n"), ElementsAre("503", "500", "250"));
    EXPECT_THAT(replies(tls, "EHLO a\r\nAUTH PLAIN\r\n*\r\nNOOP\r\n"),
                ElementsAre("250", "334", "501", "250"));
}

TEST(ServerProtocol, security_17_an_early_talker_is_turned_away) {
    AcceptAll server{Role::submission};
    server.protocol().received("EHLO a\r\n");
    EXPECT_THAT(codes(server.connect()), ElementsAre("521"));
    EXPECT_THAT(server.trace(), ElementsAre("refused early_talker OTHER", "closed"));
}

TEST(ServerProtocol, security_18_a_line_without_end_is_cut) {
    auto server = proven();
    std::string output;
    for (int i = 0; i < 4096 && !server.closed(); ++i)
        output += server.feed(std::string(1024, 'x'));
    EXPECT_THAT(codes(output), ElementsAre("521"));
}

TEST(ServerProtocol, security_20_broken_addresses_are_refused_and_the_session_goes_on) {
    for (const auto* path : {"<;sleep 9;@d>", "<\"\">", "<\"\"@d>", "<a@b> <c@d>", "<a@b", "a@b>",
                             "<a@b>x", "<a b@c>", "<a@b..c>"}) {
        SCOPED_TRACE(path);
        std::string octets{"MAIL FROM:"};
        octets.append(path).append("\r\n").append(kMail);
        octets.append("RCPT TO:").append(path).append("\r\nNOOP\r\n");
        EXPECT_THAT(replies(known, octets), ElementsAre("501", "250", "501", "250"));
    }
    EXPECT_THAT(replies(known, "MAIL FROM:<a\0@b>\r\n"s), ElementsAre("521"));
}

// The law: whatever is said in whatever order, a client that has no TLS or no 235 is never asked
// about mail.  All sequences of up to five of these lines, against both roles.
TEST(ServerProtocol, security_25_no_order_of_commands_opens_mail_to_an_unproven_client) {
    const std::string lines[] = {
        "EHLO a\r\n",
        "STARTTLS\r\n",
        "AUTH PLAIN\r\n",
        "*\r\n",
        "AUTH PLAIN " + plain("ann@example.com", "wrong") + "\r\n",
        kMail,
        kRcpt,
        "DATA\r\n",
    };
    constexpr std::size_t kLines = std::size(lines), kLength = 5;
    std::size_t sequences = 1;
    for (std::size_t i = 0; i < kLength; ++i) sequences *= kLines;
    std::size_t asked = 0;
    for (std::size_t sequence = 0; sequence < sequences; ++sequence) {
        AcceptAll server{sequence % 2 ? Role::submission : Role::submissions};
        server.connect();
        auto rest = sequence;
        for (std::size_t i = 0; i < kLength && !server.closed(); ++i, rest /= kLines) {
            server.feed(lines[rest % kLines]);
            if (server.wants_handshake()) server.handshake();
        }
        ASSERT_FALSE(server.protocol().authenticated() || server.protocol().in_transaction());
        for (const auto& line : server.trace()) {
            asked += line.starts_with("mail ") || line.starts_with("rcpt ") ||
                     line.starts_with("data") || line.starts_with("message");
        }
    }
    EXPECT_EQ(asked, 0u);
}

// On a listener of role mx strangers may write, so there the law is the caller's: what the machine
// keeps is that nothing makes them proven.
TEST(ServerProtocol, security_25_a_stranger_of_an_mx_listener_stays_one) {
    AcceptAll server{Role::mx};
    server.connect();
    EXPECT_THAT(codes(server.feed(kMail)), ElementsAre("503"));  // a name first
    server.feed("EHLO a\r\n");
    EXPECT_THAT(codes(server.feed("AUTH PLAIN " + plain("ann@example.com", "x") + "\r\n")),
                ElementsAre("538"));
    EXPECT_THAT(codes(server.feed(kMail + kRcpt + "RCPT TO:<bob@localhost>\r\nDATA\r\n")),
                ElementsAre("250", "550", "250", "354"));
    EXPECT_FALSE(server.protocol().authenticated());
    server.feed(".\r\nSTARTTLS\r\n");
    ASSERT_TRUE(server.wants_handshake());
    server.handshake();
    EXPECT_THAT(codes(server.feed(kMail)), ElementsAre("503"));
    EXPECT_THAT(codes(server.feed("EHLO a\r\n" + kMail + kRcpt)), ElementsAre("250", "250", "550"));
    EXPECT_FALSE(server.protocol().authenticated());
}

TEST(ServerProtocol, security_05_to_vouch_for_a_client_opens_no_door_before_tls) {
    auto server = in_the_clear();
    server.protocol().vouch();
    EXPECT_THAT(codes(server.feed("EHLO a\r\n" + kMail)), ElementsAre("250", "530"));
    server.feed("STARTTLS\r\n");
    server.handshake();
    EXPECT_THAT(codes(server.feed("EHLO a\r\n" + kMail)), ElementsAre("250", "530"));
    server.protocol().vouch();
    EXPECT_THAT(codes(server.feed(kMail + "RSET\r\n" + good_auth() + kMail + kRcpt)),
                ElementsAre("250", "250", "235", "250", "250"));
}

TEST(Extensions, an_mx_listener_offers_starttls_and_sign_in_only_where_it_is_given) {
    const std::string_view mechanisms[] = {"PLAIN"};
    const ProtocolLimits limits{};
    EXPECT_THAT(ehlo_keywords(Role::mx, false, mechanisms, limits),
                AllOf(Contains("STARTTLS"), Not(Contains(StartsWith("AUTH")))));
    EXPECT_THAT(ehlo_keywords(Role::mx, true, {}, limits),
                AllOf(Not(Contains("STARTTLS")), Not(Contains(StartsWith("AUTH")))));
    EXPECT_THAT(ehlo_keywords(Role::mx, true, mechanisms, limits), Contains("AUTH PLAIN"));
    for (const bool in_tls : {false, true}) {  // no reports of success to who may be anybody
        EXPECT_THAT(ehlo_keywords(Role::mx, in_tls, mechanisms, limits), Not(Contains("DSN")));
    }
}

TEST(Extensions, auth_is_shown_inside_tls_and_starttls_outside) {
    const std::string_view mechanisms[] = {"PLAIN", "LOGIN"};
    const ProtocolLimits limits{.message_octets = 1000};
    EXPECT_THAT(ehlo_keywords(Role::submission, false, mechanisms, limits),
                ElementsAre("PIPELINING", "SIZE 1000", "STARTTLS", "8BITMIME", "SMTPUTF8",
                            "CHUNKING", "DSN", "ENHANCEDSTATUSCODES"));
    for (const auto role : {Role::submission, Role::submissions}) {
        EXPECT_THAT(ehlo_keywords(role, true, mechanisms, limits),
                    ElementsAre("PIPELINING", "SIZE 1000", "AUTH PLAIN LOGIN", "8BITMIME",
                                "SMTPUTF8", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES"));
    }
    EXPECT_THAT(ehlo_keywords(Role::submissions, true, {}, limits),
                Not(Contains(StartsWith("AUTH"))));
}

}  // namespace
}  // namespace signet::smtp

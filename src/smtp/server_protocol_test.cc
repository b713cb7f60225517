// What one connection may do, step by step; the classes of security are in their own file.
#include "smtp/server_protocol.h"

#include "smtp/play.h"

namespace signet::smtp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const auto clear = [] { return in_the_clear(); };
const auto tls = [] { return inside_tls(); };
const auto known = [] { return proven(); };

TEST(ServerProtocol, a_whole_session_is_served_however_it_is_cut) {
    const auto outcome =
        play_every_way(tls, "EHLO client.example\r\n" + good_auth() +
                                "MAIL FROM:<ann@example.com> SIZE=100 BODY=8BITMIME\r\n" + kRcpt +
                                "RCPT TO:<carol@example.com>\r\nDATA\r\n"
                                "Subject: hello\r\n\r\n..dot\r\n.\r\nNOOP\r\nQUIT\r\n");
    EXPECT_THAT(codes(outcome.output),
                ElementsAre("250", "235", "250", "250", "250", "354", "250", "250", "221"));
    EXPECT_THAT(outcome.messages, ElementsAre("Subject: hello\r\n\r\n.dot\r\n"));
    EXPECT_THAT(
        outcome.trace,
        ElementsAre("ehlo client.example -> 250", "auth PLAIN initial -> 235",
                    "mail <ann@example.com> size=100 8bit -> 250", "rcpt <bob@example.com> -> 250",
                    "rcpt <carol@example.com> -> 250", "data -> 354", "message 24 -> 250",
                    "noop -> 250", "quit -> 221", "closed"));
}

TEST(ServerProtocol, replies_to_pipelined_commands_leave_together) {
    auto server = proven();
    EXPECT_THAT(codes(server.feed(kMail + kRcpt + "DATA\r\n")), ElementsAre("250", "250", "354"));
    EXPECT_EQ(server.protocol().take_output(), "");
}

TEST(ServerProtocol, nothing_is_read_behind_quit) {
    EXPECT_THAT(replies(known, "QUIT\r\nNOOP\r\n"), ElementsAre("221"));
    auto server = proven();
    server.feed("QUIT\r\n");
    EXPECT_TRUE(server.closed());
    EXPECT_EQ(server.feed("NOOP\r\n"), "");
}

TEST(ServerProtocol, order_is_judged_here) {
    struct Case {
        std::string what, octets;
        std::vector<std::string> codes;
    };
    const Case cases[] = {
        {"mail twice", kMail + kMail, {"250", "503"}},
        {"rcpt first", kRcpt, {"503"}},
        {"data first", "DATA\r\n", {"503"}},
        {"no recipient", kMail + "DATA\r\n", {"250", "554"}},
        {"rset forgets", kMail + "RSET\r\n" + kRcpt, {"250", "250", "503"}},
        {"ehlo forgets", kMail + "EHLO a\r\n" + kRcpt, {"250", "250", "503"}},
        {"helo forgets", kMail + "HELO a\r\n" + kRcpt, {"250", "250", "503"}},
        {"noop does not",
         kMail + "NOOP\r\nVRFY a\r\nHELP\r\n" + kRcpt,
         {"250", "250", "252", "214", "250"}},
        {"starttls inside tls", "STARTTLS\r\n", {"503"}},
        {"a message ends the transaction",
         kMail + kRcpt + "DATA\r\n.\r\n" + kRcpt,
         {"250", "250", "354", "250", "503"}},
        {"a second message",
         kMail + kRcpt + "DATA\r\n.\r\n" + kMail,
         {"250", "250", "354", "250", "250"}},
        {"helo is enough for mail", "HELO a\r\n" + kMail, {"250", "250"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        EXPECT_EQ(replies(known, c.octets), c.codes);
    }
    EXPECT_THAT(replies(tls, kMail), ElementsAre("503"));
    EXPECT_THAT(replies(tls, good_auth()), ElementsAre("503"));
    EXPECT_THAT(replies(tls, "HELO a\r\n" + good_auth()), ElementsAre("250", "503"));
    EXPECT_THAT(replies(clear, "STARTTLS\r\n"), ElementsAre("503"));
    EXPECT_THAT(replies(clear, "HELO a\r\nSTARTTLS\r\n"), ElementsAre("250", "503"));
}

TEST(ServerProtocol, faults_are_answered_with_their_code_and_status) {
    struct Case {
        std::string line, reply;
    };
    const Case cases[] = {
        {"FROB", "500 5.5.2 "},
        {"", "500 5.5.2 "},
        {"EXPN x", "502 5.5.1 "},
        {"EHLO", "501 5.5.4 "},
        {"MAIL FROM:x", "501 5.5.4 "},
        {"RCPT TO:<a@b> X=1", "555 5.5.4 "},
        {"MAIL FROM:<a@b> SIZE=x", "501 5.5.4 "},
        {"MAIL FROM:<a@b> SIZE=1 SIZE=1", "501 5.5.4 "},
        {"AUTH PLAIN #", "501 5.5.2 "},
        {"GET / HTTP/1.1", "521 5.5.2 "},
        {std::string(2047, 'x'), "500 5.5.2 "},
        {"AUTH " + std::string(12'282, 'x'), "500 5.5.6 "},
        {"MAIL FROM:<ann@example.com> SIZE=52428801", "552 5.3.4 "},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.line.substr(0, 80));
        auto server = proven();
        EXPECT_THAT(server.feed(c.line + "\r\n"), StartsWith(c.reply));
        EXPECT_EQ(server.closed(), c.reply.starts_with("521"));
        EXPECT_THAT(server.trace(), testing::Contains(StartsWith("refused ")));
    }
}

TEST(ServerProtocol, auth_lines_may_have_12288_octets) {
    auto server = inside_tls();
    server.feed("EHLO a\r\n");
    EXPECT_THAT(server.feed("AUTH XYZ " + std::string(12'276, 'A') + "\r\n"), StartsWith("504 "));
    EXPECT_THAT(server.feed("AUTH XYZ " + std::string(12'280, 'A') + "\r\n"),
                StartsWith("500 5.5.6 "));
    EXPECT_THAT(server.feed("AUTH PLAIN\r\n"), StartsWith("334 "));
    EXPECT_THAT(server.feed(std::string(12'284, 'A') + "\r\n"), StartsWith("501 5.5.2 Malf"));
    EXPECT_THAT(server.feed("AUTH PLAIN\r\n"), StartsWith("334 "));
    EXPECT_THAT(server.feed(std::string(12'288, 'A') + "\r\n"), StartsWith("500 5.5.6 "));
    EXPECT_THAT(server.feed("NOOP\r\n"), StartsWith("250 "));  // the exchange is over
}

TEST(ServerProtocol, login_is_asked_line_by_line) {
    const auto login = base64(AcceptAll::kUser) + "\r\n" + base64(AcceptAll::kPassword) + "\r\n";
    EXPECT_THAT(replies(tls, "EHLO a\r\nAUTH LOGIN\r\n" + login),
                ElementsAre("250", "334", "334", "235"));
    EXPECT_THAT(replies(tls, "EHLO a\r\nAUTH LOGIN " + login), ElementsAre("250", "334", "235"));
    auto server = inside_tls();
    server.feed("EHLO a\r\n");
    EXPECT_EQ(server.feed("AUTH LOGIN\r\n"), "334 VXNlcm5hbWU6\r\n");
}

TEST(ServerProtocol, the_stages_of_a_session_can_be_seen) {
    auto server = inside_tls();
    EXPECT_FALSE(server.protocol().authenticated());
    server.feed("EHLO a\r\n" + good_auth());
    EXPECT_TRUE(server.protocol().authenticated());
    EXPECT_FALSE(server.protocol().in_transaction());
    server.feed(kMail);
    EXPECT_TRUE(server.protocol().in_transaction());
    server.feed(kRcpt + "DATA\r\nx\r\n");
    EXPECT_TRUE(server.protocol().in_transaction());
    server.feed(".\r\n");
    EXPECT_FALSE(server.protocol().in_transaction());
}

TEST(ServerProtocol, a_command_that_was_refused_leaves_no_trace) {
    ServerProtocol protocol{Role::submissions, {}};
    protocol.greet(reply(220, "x"));
    protocol.received("EHLO a\r\n");
    ASSERT_TRUE(std::holds_alternative<Ehlo>(protocol.next_event()));
    protocol.answer(reply(450, {4, 7, 0}, "not now"));
    protocol.received("AUTH PLAIN\r\n");
    const auto event = protocol.next_event();
    ASSERT_TRUE(std::holds_alternative<Refused>(event));  // no EHLO was taken
    EXPECT_EQ(std::get<Refused>(event).why, Refused::Why::order);
    EXPECT_EQ(std::get<Refused>(event).verb, "AUTH");
}

TEST(ServerProtocol, a_refused_recipient_does_not_count_and_a_refused_sender_opens_nothing) {
    ServerProtocol protocol{Role::submissions, {}};
    const auto ask = [&](std::string_view line, const Reply& given) {
        protocol.received(line);
        const auto event = protocol.next_event();
        if (std::holds_alternative<Refused>(event)) return std::get<Refused>(event).why;
        protocol.answer(given);
        return Refused::Why::syntax;  // stands for: it was asked
    };
    using Why = Refused::Why;
    protocol.greet(reply(220, "x"));
    EXPECT_EQ(ask("EHLO a\r\n", reply(250, "x")), Why::syntax);
    EXPECT_EQ(ask("AUTH X\r\n", reply(235, {2, 7, 0}, "x")), Why::syntax);
    EXPECT_EQ(ask(kMail, reply(550, {5, 7, 1}, "x")), Why::syntax);
    EXPECT_EQ(ask(kRcpt, reply(250, "x")), Why::order);
    EXPECT_EQ(ask(kMail, reply(250, "x")), Why::syntax);
    EXPECT_EQ(ask(kRcpt, reply(451, {4, 3, 0}, "x")), Why::syntax);
    EXPECT_EQ(ask("DATA\r\n", reply(354, "x")), Why::order);
    EXPECT_EQ(ask(kRcpt, reply(251, "x")), Why::syntax);
    EXPECT_EQ(ask("DATA\r\n", reply(451, {4, 3, 0}, "x")), Why::syntax);
    EXPECT_TRUE(protocol.in_transaction());  // the client may try DATA again, or RSET
    EXPECT_EQ(ask("DATA\r\n", reply(354, "x")), Why::syntax);
    EXPECT_TRUE(std::holds_alternative<NeedInput>(protocol.next_event()));
    EXPECT_EQ(ask(".\r\n", reply(451, {4, 3, 0}, "x")), Why::syntax);
    EXPECT_FALSE(protocol.in_transaction());
}

TEST(ServerProtocol, a_client_that_is_turned_away_may_only_quit) {
    ServerProtocol protocol{Role::submission, {}};
    protocol.greet(reply(554, {5, 3, 2}, "closed today"));
    protocol.received("EHLO a\r\nAUTH PLAIN AA==\r\nQUIT\r\n");
    EXPECT_EQ(std::get<Refused>(protocol.next_event()).why, Refused::Why::order);
    EXPECT_EQ(std::get<Refused>(protocol.next_event()).why, Refused::Why::order);
    EXPECT_TRUE(std::holds_alternative<Quit>(protocol.next_event()));
    protocol.answer(reply(221, {2, 0, 0}, "bye"));
    EXPECT_TRUE(std::holds_alternative<Closed>(protocol.next_event()));
    EXPECT_THAT(codes(protocol.take_output()), ElementsAre("554", "503", "503", "221"));

    ServerProtocol overloaded{Role::submission, {}};
    overloaded.greet(reply(421, {4, 3, 2}, "later"));
    overloaded.received("EHLO a\r\n");
    EXPECT_TRUE(std::holds_alternative<Closed>(overloaded.next_event()));
    EXPECT_EQ(overloaded.take_output(), "421 4.3.2 later\r\n");
}

TEST(ServerProtocol, too_big_is_said_at_the_final_dot_and_the_next_message_is_taken) {
    const ProtocolLimits small{.message_octets = 10};
    const auto server = [&] { return in_content(small); };
    const auto outcome = play_every_way(
        server, "1234\r\n56\r\n789\r\n.\r\n" + kMail + kRcpt + "DATA\r\n12345678\r\n.\r\n");
    EXPECT_THAT(outcome.output, StartsWith("552 5.3.4 "));
    EXPECT_THAT(codes(outcome.output), ElementsAre("552", "250", "250", "354", "250"));
    EXPECT_THAT(outcome.messages, ElementsAre("12345678\r\n"));
    EXPECT_THAT(outcome.trace, testing::Contains("refused too_big "));
}

TEST(ServerProtocol, long_lines_pass_unless_they_may_not) {
    const std::string line(2'000, 'x');
    auto lenient = in_content();
    EXPECT_THAT(lenient.feed(line + "\r\n.\r\n"), StartsWith("250 "));
    EXPECT_EQ(lenient.messages().back(), line + "\r\n");
    const ProtocolLimits strict{.pass_long_lines = false};
    auto refusing = in_content(strict);
    EXPECT_THAT(refusing.feed(std::string(999, 'x') + "\r\n.\r\nNOOP\r\n"),
                StartsWith("554 5.6.0 "));
    auto taking = in_content(strict);
    EXPECT_THAT(taking.feed(std::string(998, 'x') + "\r\n.\r\n"), StartsWith("250 "));
}

TEST(ServerProtocol, too_many_errors_end_the_session) {
    const ProtocolLimits three{.errors = 3};
    const auto outcome =
        play_every_way([&] { return proven(three); }, "X\r\nX\r\nX\r\nX\r\nNOOP\r\n");
    EXPECT_THAT(codes(outcome.output), ElementsAre("500", "500", "500", "421"));
    EXPECT_THAT(outcome.trace, Not(testing::Contains("noop -> 250")));
    EXPECT_THAT(outcome.trace, testing::Contains("refused too_many_errors OTHER"));
    // An answer of the caller's counts like one of ours.
    const std::string wrong = "AUTH PLAIN " + plain("ann@example.com", "x") + "\r\n";
    EXPECT_THAT(replies([&] { return inside_tls(three); },
                        "EHLO a\r\n" + wrong + wrong + wrong + wrong + "NOOP\r\n"),
                ElementsAre("250", "535", "535", "535", "421"));
}

TEST(ServerProtocol, too_many_commands_end_the_session_but_recipients_and_messages_do_not) {
    const ProtocolLimits ten{.commands = 10};
    std::string noops;
    for (int i = 0; i < 9; ++i) noops += "NOOP\r\n";  // EHLO and AUTH came before
    const auto outcome = play_every_way([&] { return proven(ten); }, noops);
    EXPECT_EQ(codes(outcome.output).back(), "421");
    EXPECT_THAT(outcome.trace, testing::Contains("refused too_many_commands NOOP"));

    std::string message = kMail;
    for (int i = 0; i < 20; ++i) message += kRcpt;
    message += "DATA\r\n.\r\n";
    EXPECT_THAT(replies([&] { return proven(ten); }, message + message + message),
                Not(testing::Contains("421")));
}

TEST(ServerProtocol, the_last_recipient_above_the_limit_waits_for_another_transaction) {
    const ProtocolLimits two{.recipients = 2};
    EXPECT_THAT(
        replies([&] { return proven(two); }, kMail + kRcpt + kRcpt + kRcpt + "DATA\r\n.\r\n"),
        ElementsAre("250", "250", "250", "452", "354", "250"));
    auto server = proven(two);
    EXPECT_THAT(server.feed(kMail + kRcpt + kRcpt + kRcpt), HasSubstr("452 4.5.3 "));
    EXPECT_EQ(server.trace().back(), "refused too_many_recipients RCPT");
}

TEST(Names, are_stable_words_for_logs) {
    EXPECT_EQ(name(Role::submission), "submission");
    EXPECT_EQ(name(Role::submissions), "submissions");
    std::vector<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Refused::Why::early_talker); ++i) {
        names.push_back(name(static_cast<Refused::Why>(i)));
    }
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
    EXPECT_THAT(names, Not(testing::Contains(IsEmpty())));
}

}  // namespace
}  // namespace signet::smtp

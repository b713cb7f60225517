#include "smtp/server_protocol.h"

#include "base/base64.h"
#include "smtp/accept_all.h"
#include "smtp/feed_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

using std::string_literals::operator""s;
using testing::ElementsAre;
using testing::HasSubstr;

std::string plain(std::string_view user, std::string_view password) {
    return base64("\0"s + std::string{user} + '\0' + std::string{password});
}

const std::string kGoodPlain = plain(AcceptAll::kUser, AcceptAll::kPassword);
const std::string kGoodAuth = "AUTH PLAIN " + kGoodPlain + "\r\n";

// A client of a test server that is inside TLS and, if asked, proven.
AcceptAll inside_tls(ProtocolLimits limits = {}) {
    AcceptAll server{Role::submissions, limits};
    server.connect();
    return server;
}

AcceptAll proven(ProtocolLimits limits = {}) {
    auto server = inside_tls(limits);
    server.feed("EHLO client\r\n" + kGoodAuth);
    EXPECT_TRUE(server.protocol().authenticated());
    return server;
}

AcceptAll in_content(ProtocolLimits limits = {}) {
    auto server = proven(limits);
    EXPECT_THAT(server.feed("MAIL FROM:<ann@example.com>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n"),
                HasSubstr("354 "));
    return server;
}

// The codes of all replies, in order.
std::vector<std::string> codes(std::string_view output) {
    std::vector<std::string> found;
    for (const auto line : split(output, '\n')) {
        if (line.size() > 3 && line[3] == ' ') found.emplace_back(line.substr(0, 3));
    }
    return found;
}

// Everything a run tells: output, trace, messages.
struct Outcome {
    std::string output;
    std::vector<std::string> trace, messages;
    bool operator==(const Outcome&) const = default;
};

Outcome play(AcceptAll server, const Pieces& pieces) {
    Outcome outcome;
    for (const auto& piece : pieces) {
        outcome.output += server.feed(piece);
        if (server.wants_handshake()) server.handshake();
    }
    outcome.trace = server.trace();
    outcome.messages = server.messages();
    return outcome;
}

template <class MakeServer>
Outcome play_every_way(MakeServer make_server, std::string_view octets) {
    const auto differs = feed_split(
        octets, [&](const Pieces& pieces) { return play(make_server(), pieces); });
    EXPECT_TRUE(differs.empty()) << testing::PrintToString(differs);
    return play(make_server(), {std::string{octets}});
}

TEST(ServerProtocol, a_whole_session_is_served_however_it_is_cut) {
    const auto outcome = play_every_way(
        [] { return inside_tls(); },
        "EHLO client.example\r\n" + kGoodAuth +
            "MAIL FROM:<ann@example.com> SIZE=100 BODY=8BITMIME\r\n"
            "RCPT TO:<bob@example.com>\r\nRCPT TO:<carol@example.com>\r\nDATA\r\n"
            "Subject: hello\r\n\r\n..dot\r\n.\r\nNOOP\r\nQUIT\r\n");
    EXPECT_THAT(codes(outcome.output),
                ElementsAre("250", "235", "250", "250", "250", "354", "250", "250", "221"));
    EXPECT_THAT(outcome.messages, ElementsAre("Subject: hello\r\n\r\n.dot\r\n"));
    EXPECT_THAT(outcome.trace,
                ElementsAre("ehlo client.example -> 250", "auth PLAIN initial -> 235",
                            "mail <ann@example.com> size=100 8bit -> 250",
                            "rcpt <bob@example.com> -> 250", "rcpt <carol@example.com> -> 250",
                            "data -> 354", "message 24 -> 250", "noop -> 250", "quit -> 221",
                            "closed"));
}

TEST(ServerProtocol, replies_to_pipelined_commands_leave_together) {
    auto server = proven();
    const auto output = server.feed(
        "MAIL FROM:<ann@example.com>\r\nRCPT TO:<bob@example.com>\r\nDATA\r\n");
    EXPECT_THAT(codes(output), ElementsAre("250", "250", "354"));
    EXPECT_EQ(server.protocol().take_output(), "");
}

// RFC 5321 §4.1.1.4: CRLF.CRLF alone ends a message.  Each of these once ended one somewhere.
TEST(ServerProtocol, security_01_no_other_ending_ends_a_message) {
    const std::string endings[] = {
        "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\n", "\n.\r", "\r.\r\n", "\r\n.\r",
        "\r\n.\r\r\n", "\r\r\n.\r\r\n", "\r\n\0.\r\n"s, "\r\n.\0\r\n"s, "\r\n.\r\0\n"s,
        "\r\n\xC2\x85.\xC2\x85\r\n", "\r\n\xE2\x80\xA8.\xE2\x80\xA8\r\n",
    };
    const std::string smuggled =
        "MAIL FROM:<ann@example.com>\r\nRCPT TO:<eve@example.com>\r\nDATA\r\nforged\r\n.\r\n";
    for (const auto& ending : endings) {
        SCOPED_TRACE(testing::PrintToString(ending));
        const auto once = "a" + ending + smuggled;
        const bool unicode = ending.size() > 8;  // octets like any others: content goes on
        const auto outcome = play_every_way([] { return in_content(); },
                                            unicode ? once : once + once);
        if (unicode) {  // the one reply is to the one CRLF.CRLF
            EXPECT_THAT(codes(outcome.output), ElementsAre("250"));
            EXPECT_THAT(outcome.messages,
                        ElementsAre(HasSubstr("RCPT TO:<eve@example.com>\r\nDATA\r\nforged\r\n")));
        } else {
            EXPECT_THAT(codes(outcome.output), ElementsAre("521"));
            EXPECT_TRUE(outcome.messages.empty());
            EXPECT_EQ(outcome.trace.back(), "closed");
        }
    }
}

}  // namespace
}  // namespace signet::smtp

// For tests: a client's octets against a server that accepts all, cut in every way.
#pragma once

#include "base/base64.h"
#include "smtp/accept_all.h"
#include "smtp/feed_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace signet::smtp {

inline std::string plain(std::string_view user, std::string_view password) {
    using std::string_literals::operator""s;
    return base64("\0"s + std::string{user} + '\0' + std::string{password});
}

inline std::string good_auth() {
    return "AUTH PLAIN " + plain(AcceptAll::kUser, AcceptAll::kPassword) + "\r\n";
}

inline const std::string kMail = "MAIL FROM:<ann@example.com>\r\n";
inline const std::string kRcpt = "RCPT TO:<bob@example.com>\r\n";

inline AcceptAll in_the_clear(ProtocolLimits limits = {}) {
    AcceptAll server{Role::submission, limits};
    server.connect();
    return server;
}

inline AcceptAll inside_tls(ProtocolLimits limits = {}) {
    AcceptAll server{Role::submissions, limits};
    server.connect();
    return server;
}

inline AcceptAll proven(ProtocolLimits limits = {}) {
    auto server = inside_tls(limits);
    server.feed("EHLO client\r\n" + good_auth());
    EXPECT_TRUE(server.protocol().authenticated());
    return server;
}

inline AcceptAll in_content(ProtocolLimits limits = {}) {
    auto server = proven(limits);
    EXPECT_THAT(server.feed(kMail + kRcpt + "DATA\r\n"), testing::HasSubstr("354 "));
    return server;
}

// The codes of all replies, in order.
inline std::vector<std::string> codes(std::string_view output) {
    std::vector<std::string> found;
    for (const auto line : split(output, '\n')) {
        if (line.size() > 3 && line[3] == ' ') found.emplace_back(line.substr(0, 3));
    }
    return found;
}

// Everything that a run tells.
struct Outcome {
    std::string output;
    std::vector<std::string> trace, messages;
    bool operator==(const Outcome&) const = default;
};

inline Outcome play(AcceptAll server, const Pieces& pieces) {
    Outcome outcome;
    for (const auto& piece : pieces) {
        outcome.output += server.feed(piece);
        if (server.wants_handshake()) server.handshake();
    }
    outcome.trace = server.trace();
    outcome.messages = server.messages();
    return outcome;
}

// Plays the octets whole and in every way to cut them, each against a new server.
template <class MakeServer>
Outcome play_every_way(MakeServer make_server, std::string_view octets) {
    const auto differs =
        feed_split(octets, [&](const Pieces& pieces) { return play(make_server(), pieces); });
    EXPECT_TRUE(differs.empty()) << testing::PrintToString(differs);
    return play(make_server(), {std::string{octets}});
}

// The codes of the replies to octets, however they are cut.
template <class MakeServer>
std::vector<std::string> replies(MakeServer make_server, std::string_view octets) {
    return codes(play_every_way(make_server, octets).output);
}

}  // namespace signet::smtp

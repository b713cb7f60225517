// Access tokens within the client's conversation, and what is too long for the AUTH command.
#include "base/base64.h"
#include "smtp/client_play.h"

#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

const std::string kEhlo = "250-mx\r\n250 AUTH LOGIN PLAIN XOAUTH2 OAUTHBEARER\r\n";
const std::string kMicrosoftEhlo = "250-mx\r\n250 AUTH LOGIN XOAUTH2\r\n";
const Lines kTaking{"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 kept\r\n"};

World world_of(Lines server, std::string token = "token", bool is_token = true) {
    World world{.inside_tls = true,
                .user = "ann",
                .password = std::move(token),
                .server = {"220 mx\r\n"},
                .scram = {.token = is_token}};
    world.server.insert(world.server.end(), server.begin(), server.end());
    return world;
}

Lines with(Lines front, const Lines& back) {
    front.insert(front.end(), back.begin(), back.end());
    return front;
}

std::string bearer(const std::string& token) {
    return base64(
        "n,a=ann,\x01"
        "auth=Bearer " +
        token + "\x01\x01");
}

TEST(ClientTokenOverSmtp, AShortTokenGoesWithTheCommand) {
    const auto seen = play_cut(world_of(with({kEhlo, "235 ok\r\n"}, kTaking)));
    EXPECT_TRUE(seen.sent.starts_with("EHLO us.example/\nsecret AUTH OAUTHBEARER " +
                                      bearer("token") + "/\nMAIL"))
        << seen.sent;
    EXPECT_EQ(seen.results(), "completed +250");
    EXPECT_EQ(seen.finished.mechanism, "OAUTHBEARER");
}

// RFC 4954 §4: an AUTH command is a command, of 512 octets with its CRLF.
TEST(ClientTokenOverSmtp, WhatIsTooLongForTheCommandIsSentWhenItIsAskedFor) {
    const std::string token(2'000, 't');
    const auto seen = play_cut(world_of(with({kEhlo, "334 \r\n", "235 ok\r\n"}, kTaking), token));
    EXPECT_TRUE(seen.sent.starts_with("EHLO us.example/\nAUTH OAUTHBEARER/\nsecret " +
                                      bearer(token) + "/\nMAIL"))
        << seen.sent;
    EXPECT_EQ(seen.results(), "completed +250");

    // The password of PLAIN, too; the command is 512 octets long with 367 of password.
    for (const std::size_t octets : {366, 367, 368, 369, 370}) {
        const std::string password(octets, 'p');
        const auto line = "AUTH PLAIN " + base64(std::string(1, '\0') + "ann" + '\0' + password);
        const auto plain = play(world_of({kEhlo}, password, /*is_token=*/false));
        EXPECT_EQ(plain.sent.contains("secret " + line + "/\n"), line.size() + 2 <= 512) << octets;
        EXPECT_EQ(plain.sent.contains("\nAUTH PLAIN/\n"), line.size() + 2 > 512) << octets;
    }
}

TEST(ClientTokenOverSmtp, TheReasonOfARefusalIsAnsweredAndTheReplyTaken) {
    const auto reason = "334 " + base64(R"({"status":"400"})") + "\r\n";
    struct Case {
        std::string ehlo, token;
        Lines server;
        std::string answer;
    };
    for (const auto& [ehlo, token, server, answer] : std::vector<Case>{
             {kEhlo, "token", {reason}, "secret AQ==/\n"},
             {kMicrosoftEhlo, "token", {reason}, "secret /\n"},
             {kMicrosoftEhlo, std::string(2'000, 't'), {"334 \r\n", reason}, "secret /\n"},
         }) {
        const auto seen = play_cut(
            world_of(with(with({ehlo}, server), {"535 5.7.3 no\r\n", "221 bye\r\n"}), token));
        EXPECT_TRUE(seen.sent.contains(answer)) << seen.sent;
        EXPECT_FALSE(seen.sent.contains("MAIL")) << seen.sent;
        EXPECT_EQ(seen.results(), "auth_refused ~535");
    }
}

TEST(ClientTokenOverSmtp, security_13_AServerThatAsksForSomethingElseGetsNoToken) {
    const std::string token(2'000, 't');
    for (const auto* challenge : {"334 dXNlcg==\r\n", "334 !\r\n", "354 go\r\n"}) {
        const auto seen = play_cut(world_of({kEhlo, challenge, "221 bye\r\n"}, token));
        EXPECT_FALSE(seen.sent.contains(bearer(token).substr(0, 100))) << challenge;
        EXPECT_TRUE(seen.results().ends_with("~451(ours)") ||
                    seen.results().ends_with("~454(ours)"))
            << seen.results();
    }
    // In the clear it gets none either.
    auto clear = world_of({kEhlo});
    clear.inside_tls = false;
    EXPECT_FALSE(play(clear).sent.contains("AUTH"));
}

}  // namespace
}  // namespace signet::smtp

// What a next hop, or whoever sits in front of it, can do to the client: TLS, AUTH, forged replies.
#include "smtp/client_play.h"

#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

using Kind = RecipientResult::Kind;

TEST(ClientHostile, StartTlsIsUsedWhereverItIsOfferedAndEhloIsSaidAgain) {
    for (const auto tls : {TlsPolicy::opportunistic, TlsPolicy::verified}) {
        const auto seen =
            play({.tls = tls,
                  .server = {"220 mx\r\n", kTlsEhlo, "220 go\r\n", kPlainEhlo, "250 ok\r\n",
                             "250 ok\r\n", "354 go\r\n", "250 kept\r\n", "221 bye\r\n"}});
        EXPECT_TRUE(
            seen.sent.starts_with("EHLO us.example/\nSTARTTLS/\n<tls>\nEHLO us.example/\n"
                                  "MAIL FROM:<ann@example.com> SIZE=22/\nRCPT"));
        EXPECT_EQ(seen.results(), "completed +250");
    }
    const auto none = play({.server = {"220 mx\r\n", kTlsEhlo}});
    EXPECT_EQ(none.sent.find("STARTTLS"), std::string::npos);
}

TEST(ClientHostile, security_04_AStrippedOrRefusedStartTlsDefersWhereTlsIsRequired) {
    struct Case {
        TlsPolicy tls;
        Lines server;
        std::string results;
    };
    const Case cases[] = {
        {TlsPolicy::verified, {kPlainEhlo}, "tls_unavailable ~451(ours)"},
        {TlsPolicy::verified, {"502 what\r\n", "250 mx\r\n"}, "tls_unavailable ~451(ours)"},
        {TlsPolicy::verified, {kTlsEhlo, "454 not now\r\n"}, "tls_unavailable ~454"},
        {TlsPolicy::verified, {kTlsEhlo, "502 never\r\n"}, "tls_unavailable ~502"},
        {TlsPolicy::verified, {kTlsEhlo, "250 ok\r\n"}, "out_of_step ~451(ours)"},
        {TlsPolicy::opportunistic, {kTlsEhlo, "250 ok\r\n"}, "out_of_step ~451(ours)"},
        {TlsPolicy::opportunistic, {kPlainEhlo, "550 no\r\n"}, "completed -550"},
        {TlsPolicy::opportunistic,
         {kTlsEhlo, "454 no\r\n", "550 no\r\n503\r\n503\r\n"},
         "completed -550"},
    };
    for (const auto& c : cases) {
        World world{.tls = c.tls, .server = {"220 mx\r\n"}};
        world.server.insert(world.server.end(), c.server.begin(), c.server.end());
        const auto seen = play_cut(world);
        EXPECT_EQ(seen.results(), c.results);
        if (c.tls == TlsPolicy::verified) {
            EXPECT_EQ(seen.sent.find("MAIL"), std::string::npos);
        }
    }
}

TEST(ClientHostile, security_04_AnOctetBehindThe220ToStartTlsAbortsWhateverThePolicy) {
    for (const auto tls : {TlsPolicy::opportunistic, TlsPolicy::verified}) {
        for (const std::string behind : {"250 forged\r\n", "2", "\r\n", "\x16\x03\x01"}) {
            const auto seen =
                play({.tls = tls,
                      .server = {"220 mx\r\n", kTlsEhlo, "220 go\r\n" + behind, kPlainEhlo}});
            EXPECT_EQ(seen.results(), "injected ~451(ours)");
            EXPECT_TRUE(seen.sent.ends_with("STARTTLS/\n")) << seen.sent;
        }
        const auto unread = play({.tls = tls,
                                  .server = {"220 mx\r\n", kTlsEhlo, "220 go\r\n"},
                                  .handshake = Handshake::unread_octets});
        EXPECT_EQ(unread.results(), "injected ~451(ours)");
    }
}

TEST(ClientHostile, AHandshakeThatFailsDefers) {
    EXPECT_EQ(play({.tls = TlsPolicy::verified,
                    .server = {"220 mx\r\n", kTlsEhlo, "220 go\r\n"},
                    .handshake = Handshake::failed})
                  .results(),
              "tls_failed ~451(ours)");
}

TEST(ClientHostile, WhatWasOfferedBeforeTlsIsForgotten) {
    const auto seen =
        play({.tls = TlsPolicy::verified,
              .server = {"220 mx\r\n", kTlsEhlo, "220 go\r\n", "250 mx\r\n", "250 ok\r\n"}});
    EXPECT_TRUE(seen.sent.ends_with("MAIL FROM:<ann@example.com>/\nRCPT TO:<bob@example.net>/\n"))
        << seen.sent;  // no PIPELINING any more
}

TEST(ClientHostile, APasswordGoesOutByPlainOrLoginAndOnlyAsASecret) {
    World world{.inside_tls = true,
                .user = "ann",
                .password = "pencil",
                .server = {"220 mx\r\n", kFullEhlo, "235 2.7.0 ok\r\n"}};
    EXPECT_TRUE(play_cut(world).sent.starts_with(
        "EHLO us.example/\nsecret AUTH PLAIN AGFubgBwZW5jaWw=/\nMAIL"));
    world.server = {"220 mx\r\n", "250-mx\r\n250 AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n",
                    "334 UGFzc3dvcmQ6\r\n", "235 ok\r\n"};
    EXPECT_TRUE(
        play_cut(world).sent.starts_with("EHLO us.example/\nAUTH LOGIN/\nsecret YW5u/\n"
                                         "secret cGVuY2ls/\nMAIL"));
}

TEST(ClientHostile, security_05_APasswordNeverGoesOutInTheClear) {
    const std::string ehlo = "250-mx\r\n250 AUTH PLAIN LOGIN\r\n";
    for (const auto tls : {TlsPolicy::none, TlsPolicy::opportunistic}) {
        const auto seen = play_cut(
            {.tls = tls, .user = "ann", .password = "pencil", .server = {"220 mx\r\n", ehlo}});
        EXPECT_EQ(seen.results(), "auth_unavailable ~451(ours)");
        EXPECT_EQ(seen.sent, "EHLO us.example/\nQUIT/\n");
    }
}

TEST(ClientHostile, AuthThatFailsDefersAndTheMessageIsNotSentWithoutIt) {
    struct Case {
        std::string_view why;
        Lines server;
        std::string results;
    };
    const std::string plain = "250-mx\r\n250 AUTH PLAIN\r\n",
                      login = "250-mx\r\n250 AUTH LOGIN\r\n";
    const Case cases[] = {
        {"wrong", {plain, "535 5.7.8 no\r\n"}, "auth_refused ~535"},
        {"later", {plain, "454 4.7.0 later\r\n"}, "auth_refused ~454"},
        {"gone", {plain, "421 bye\r\n"}, "refused ~421"},
        {"no mechanism", {"250-mx\r\n250 AUTH GSSAPI\r\n"}, "auth_unavailable ~451(ours)"},
        {"no AUTH", {"250 mx\r\n"}, "auth_unavailable ~451(ours)"},
        {"one question too many", {plain, "334 \r\n"}, "auth_refused ~451(ours)"},
        {"endless questions",
         {login, "334 \r\n", "334 \r\n", "334 \r\n"},
         "auth_refused ~451(ours)"},
        {"a challenge that is no base64", {login, "334 Username:\r\n"}, "auth_refused ~451(ours)"},
        {"354 is no challenge", {login, "354 go\r\n"}, "auth_refused ~451(ours)"},
        {"questions glued together", {login, "334 \r\n334 \r\n"}, "auth_refused ~451(ours)"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.why);
        World world{
            .inside_tls = true, .user = "ann", .password = "pencil", .server = {"220 mx\r\n"}};
        world.server.insert(world.server.end(), c.server.begin(), c.server.end());
        const auto seen = play(world);
        EXPECT_EQ(seen.results(), c.results);
        EXPECT_EQ(seen.sent.find("MAIL"), std::string::npos);
    }
}

TEST(ClientHostile, security_04_RepliesNobodyAskedForEndTheConversation) {
    struct Case {
        Lines server;
        std::string results;
    };
    const Case cases[] = {
        {{"220 mx\r\n250 mx\r\n"}, "out_of_step ~451(ours)"},
        {{"220 mx\r\n2"}, "out_of_step ~451(ours)"},
        {{"220 mx\r\n421 bye\r\n"}, "refused ~421"},
        {{"220 mx\r\n", kPlainEhlo + "250 ok\r\n"}, "out_of_step ~451(ours)"},
        {{"220 mx\r\n", kPlainEhlo, "250 ok\r\n250 ok\r\n354 go\r\n"}, "out_of_step ~451(ours)"},
        {{"220 mx\r\n", kFullEhlo, "250 ok\r\n250 ok\r\n354 go\r\n250 kept\r\n"},
         "out_of_step ~451(ours)"},
        {{"220 mx\r\n", kPlainEhlo, "354 go\r\n"}, "out_of_step ~451(ours)"},
        {{"220 mx\r\n", kPlainEhlo, "250 ok\r\n", "250 ok\r\n", "250 go\r\n"},
         "out_of_step ~451(ours)"},
        {{"220 mx\r\n", kPlainEhlo, "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "354 more\r\n"},
         "unclear_after_dot ~451(ours)"},
    };
    for (const auto& c : cases) EXPECT_EQ(play({.server = c.server}).results(), c.results);
}

TEST(ClientHostile, security_04_WhatIsNoReplyEndsTheConversationInEveryState) {
    const Lines whole{"220 mx\r\n",  kTlsEhlo,     "220 go\r\n",
                      kFullEhlo,     "235 ok\r\n", "250 ok\r\n250 ok\r\n354 go\r\n",
                      "250 kept\r\n"};
    std::string endless;
    for (int i = 0; i < 200; ++i) endless += "250-again\r\n";
    for (const std::string& junk : {std::string{"hello\r\n"}, endless, std::string(5'000, 'x'),
                                    std::string{"250 \x01\x02\r\n"}, std::string{"250 a\n"}}) {
        for (std::size_t at = 0; at < whole.size(); ++at) {
            World world{.tls = TlsPolicy::verified, .user = "ann", .password = "pencil"};
            world.server.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at));
            world.server.push_back(junk);
            // Behind the dot nobody knows what it means: the server may have the message.
            const bool behind_dot = at + 1 == whole.size();
            EXPECT_EQ(play_cut(world).results(),
                      behind_dot ? "unclear_after_dot ~451(ours)" : "out_of_step ~451(ours)")
                << at;
        }
        World world{.tls = TlsPolicy::verified, .user = "ann", .password = "pencil"};
        world.server = whole;
        world.server.push_back(junk);  // in place of the 221: too late to change anything
        EXPECT_EQ(play_cut(world).results(), "completed +250");
    }
}

TEST(ClientHostile, security_02_ContentWithABareNewlineIsNotSentToItsEnd) {
    for (const std::string evil : {"a\nb\r\n", "a\r.\r\n", "a\n.\n", "end\r"}) {
        const auto seen = play({.content = {"Subject: x\r\n\r\n", evil},
                                .server = {"220 mx\r\n", kFullEhlo,
                                           "250 ok\r\n250 ok\r\n354 go\r\n", "250 kept\r\n"}});
        EXPECT_EQ(seen.results(), "bare_newline -554(ours)");
        EXPECT_EQ(seen.sent.find("\n./"), std::string::npos) << seen.sent;
        EXPECT_EQ(seen.sent.find("QUIT"), std::string::npos) << seen.sent;
    }
}

TEST(ClientHostile, security_22_AnAddressThatWouldEndItsLineIsNotSent) {
    const auto seen = play(
        {.recipients = {"a\r\nDATA@example.net", "b@example.net"},
         .server = {"220 mx\r\n", kFullEhlo, "250 ok\r\n250 ok\r\n354 go\r\n", "250 kept\r\n"}});
    EXPECT_EQ(seen.results(), "completed -553(ours) +250");
    EXPECT_EQ(play({.sender = "x\r\nRCPT TO:<y>@example.net", .server = {"220 mx\r\n", kFullEhlo}})
                  .results(),
              "completed -553(ours)");
}

TEST(ClientHostile, ContentThatCannotBeReadIsNotSentToItsEnd) {
    auto client = client_of({});
    const Lines server{"220 mx\r\n", kFullEhlo, "250 ok\r\n250 ok\r\n354 go\r\n"};
    std::size_t chunk = 0;
    for (;;) {
        const auto step = client.next();
        if (std::holds_alternative<NeedInput>(step)) client.received(server[chunk++]);
        if (std::holds_alternative<ContentWanted>(step)) break;
    }
    client.content("Subject: half\r\n");
    std::get<Send>(client.next());
    client.content_unavailable();
    const auto finished = std::get<Finished>(client.next());
    EXPECT_EQ(finished.end, ClientEnd::content_unavailable);
    EXPECT_EQ(finished.recipients[0].kind, Kind::deferred);
}

}  // namespace
}  // namespace signet::smtp

#include "smtp/client_play.h"

#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

TEST(ClientProtocol, AMessageGoesOutOneCommandAtATimeWithoutPipelining) {
    const auto seen = play_cut({.server = {"220 mx\r\n", kPlainEhlo, "250 ok\r\n", "250 ok\r\n",
                                           "354 go\r\n", "250 2.0.0 kept\r\n", "221 bye\r\n"}});
    EXPECT_EQ(seen.sent,
              "EHLO us.example/\n"
              "MAIL FROM:<ann@example.com> SIZE=22/\n"
              "RCPT TO:<bob@example.net>/\n"
              "DATA/\n"
              "Subject: x//\n"
              "..hello/\n"
              "./\n"
              "QUIT/\n");
    EXPECT_EQ(seen.results(), "completed +250");
    EXPECT_EQ(seen.finished.recipients[0].reply.text(), "250 2.0.0 kept");
}

TEST(ClientProtocol, WithPipeliningTheEnvelopeLeavesInOneWrite) {
    const auto seen =
        play_cut({.recipients = {"bob@example.net", "cleo@example.net"},
                  .server = {"220 mx\r\n", kFullEhlo, "250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n",
                             "250 kept\r\n", "221 bye\r\n"}});
    EXPECT_EQ(seen.sent,
              "EHLO us.example/\n"
              "MAIL FROM:<ann@example.com> SIZE=22/RCPT TO:<bob@example.net>/"
              "RCPT TO:<cleo@example.net>/DATA/\n"
              "Subject: x//\n..hello/\n./\nQUIT/\n");
    EXPECT_EQ(seen.results(), "completed +250 +250");
}

TEST(ClientProtocol, HeloIsTriedWhereEhloIsNotKnown) {
    const auto seen =
        play_cut({.server = {"220 mx\r\n", "502 what\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n",
                             "354 go\r\n", "250 kept\r\n", "221 bye\r\n"}});
    EXPECT_TRUE(
        seen.sent.starts_with("EHLO us.example/\nHELO us.example/\nMAIL FROM:"
                              "<ann@example.com>/\nRCPT"));
    EXPECT_EQ(seen.results(), "completed +250");
}

TEST(ClientProtocol, TheNullSenderAndThePostmasterWithoutDomainAreWrittenAsTheRfcDoes) {
    const auto seen = play({.recipients = {"Postmaster"},
                            .sender = "",
                            .server = {"220 mx\r\n", kPlainEhlo, "250 ok\r\n", "250 ok\r\n"}});
    EXPECT_NE(seen.sent.find("MAIL FROM:<> SIZE=22/\nRCPT TO:<Postmaster>/\n"), std::string::npos);
}

TEST(ClientProtocol, EachRecipientHasItsOwnResult) {
    struct Case {
        std::string_view why;
        Lines server;
        std::string results;
    };
    const World base{.recipients = {"a@example.net", "b@example.net", "c@example.net"}};
    const Case cases[] = {
        {"one refused, one deferred",
         {"250 ok\r\n250 ok\r\n550 no\r\n451 later\r\n354 go\r\n", "250 kept\r\n"},
         "completed +250 -550 ~451"},
        {"all refused, and DATA too",
         {"250 ok\r\n550 no\r\n551 no\r\n450 no\r\n503 none\r\n"},
         "completed -550 -551 ~450"},
        {"all refused, but DATA taken: a lone dot",
         {"250 ok\r\n550 no\r\n550 no\r\n550 no\r\n"
          "354 go\r\n",
          "554 none\r\n"},
         "completed -550 -550 -550"},
        {"the sender refused",
         {"550 you\r\n503 no\r\n503 no\r\n503 no\r\n503 no\r\n"},
         "completed -550 -550 -550"},
        {"the sender deferred",
         {"451 you\r\n503 no\r\n503 no\r\n503 no\r\n503 no\r\n"},
         "completed ~451 ~451 ~451"},
        {"a proof asked for is no fault of the message",
         {"530 5.7.0 first\r\n503 no\r\n503 no\r\n"
          "503 no\r\n503 no\r\n"},
         "completed ~530 ~530 ~530"},
        {"too many recipients, the old way",
         {"250 ok\r\n250 ok\r\n552 many\r\n"
          "552 5.2.2 full\r\n354 go\r\n",
          "250 kept\r\n"},
         "completed +250 ~552 -552"},
        {"DATA refused",
         {"250 ok\r\n250 ok\r\n250 ok\r\n550 no\r\n451 not now\r\n"},
         "completed ~451 ~451 -550"},
        {"the content refused",
         {"250 ok\r\n250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n", "554 5.7.1 spam\r\n"},
         "completed -554 -554 -550"},
        {"the content deferred",
         {"250 ok\r\n250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n", "452 full\r\n"},
         "completed ~452 ~452 -550"},
        {"421 in the middle", {"250 ok\r\n550 no\r\n421 bye\r\n"}, "refused -550 ~421 ~421"},
        {"421 behind the dot",
         {"250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", "421 bye\r\n"},
         "refused ~421 ~421 ~421"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.why);
        auto world = base;
        world.server = {"220 mx\r\n", kFullEhlo};
        world.server.insert(world.server.end(), c.server.begin(), c.server.end());
        EXPECT_EQ(play_cut(world).results(), c.results);
    }
}

TEST(ClientProtocol, ALoneDotEndsADataThatNobodyIsLeftFor) {
    const auto seen = play(
        {.server = {"220 mx\r\n", kFullEhlo, "250 ok\r\n550 no\r\n354 go\r\n", "554 none\r\n"}});
    EXPECT_TRUE(seen.sent.ends_with("DATA/\n./\nQUIT/\n")) << seen.sent;
    EXPECT_EQ(seen.results(), "completed -550");
}

TEST(ClientProtocol, ManyRecipientsArePipelinedInWindowsSoThatNeitherSideWaitsForEver) {
    World world;
    world.recipients.assign(1'000, "bob@example.net");
    auto client = client_of(world);
    client.received("220 mx\r\n");
    std::get<Send>(client.next());
    client.received(kFullEhlo);
    std::size_t open = 0, sent = 0;
    for (;;) {
        auto step = client.next();
        if (std::holds_alternative<ContentWanted>(step)) break;
        if (auto* send = std::get_if<Send>(&step)) {
            const auto commands = static_cast<std::size_t>(std::ranges::count(send->octets, '\n'));
            open += commands;
            sent += commands;
            ASSERT_LE(open, 64u);
        } else {
            ASSERT_TRUE(std::holds_alternative<NeedInput>(step));
            client.received(sent == 1'002 && open == 1 ? "354 go\r\n" : "250 ok\r\n");
            --open;
        }
    }
    EXPECT_EQ(sent, 1'002u);
}

TEST(ClientProtocol, AServerThatRefusesAsAWholeDefersTheMessage) {
    struct Case {
        Lines server;
        std::string results;
    };
    const Case cases[] = {
        {{"554 go away\r\n"}, "refused ~554"},
        {{"421 busy\r\n"}, "refused ~421"},
        {{"450 later\r\n"}, "refused ~450"},
        {{"250 ok\r\n"}, "out_of_step ~451(ours)"},
        {{"220 mx\r\n", "421 busy\r\n"}, "refused ~421"},
        {{"220 mx\r\n", "451 later\r\n"}, "refused ~451"},
        {{"220 mx\r\n", "354 go\r\n"}, "out_of_step ~451(ours)"},
        {{"220 mx\r\n", "500 what\r\n", "550 no\r\n"}, "refused ~550"},
    };
    for (const auto& c : cases) EXPECT_EQ(play_cut({.server = c.server}).results(), c.results);
}

TEST(ClientProtocol, WhereTheConnectionIsLostIsToldApart) {
    const Lines whole{"220 mx\r\n", kPlainEhlo,     "250 ok\r\n", "250 ok\r\n",
                      "354 go\r\n", "250 kept\r\n", "221 bye\r\n"};
    for (std::size_t kept = 0; kept <= whole.size(); ++kept) {
        World world;
        world.server.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(kept));
        const auto expected = kept < 5    ? "lost_before_dot ~451(ours)"
                              : kept == 5 ? "lost_after_dot ~451(ours)"
                                          : "completed +250";
        EXPECT_EQ(play_cut(world).results(), expected) << kept;
    }
}

TEST(ClientProtocol, WhatIsKnownBeforeTheConnectionIsLostStaysKnown) {
    EXPECT_EQ(play({.recipients = {"a@example.net", "b@example.net"},
                    .server = {"220 mx\r\n", kFullEhlo, "250 ok\r\n550 no\r\n"}})
                  .results(),
              "lost_before_dot -550 ~451(ours)");
    EXPECT_EQ(
        play({.server = {"220 mx\r\n", kFullEhlo, "250 ok\r\n550 no\r\n354 go\r\n"}}).results(),
        "completed -550");
}

TEST(ClientProtocol, TheSizeIsJudgedAgainstTheServersLimitBeforeAnythingIsSent) {
    const auto ehlo = [](std::string_view size) {
        return "250-mx\r\n250-SIZE" + std::string{size} + "\r\n250 HELP\r\n";
    };
    World world{.server = {"220 mx\r\n", ehlo(" 21"), "221 bye\r\n"}};
    EXPECT_EQ(play_cut(world).results(), "completed -552(ours)");
    EXPECT_EQ(play(world).sent, "EHLO us.example/\nQUIT/\n");
    for (const auto* size : {" 22", " 0", "", " many"}) {
        world.server[1] = ehlo(size);
        EXPECT_NE(play(world).sent.find("MAIL FROM:<ann@example.com> SIZE=22/"), std::string::npos);
    }
}

TEST(ClientProtocol, EightBitContentGoesOnlyToAServerThatTakesIt) {
    World world{.body = mail::Body::eight_bit_mime, .server = {"220 mx\r\n", kFullEhlo}};
    EXPECT_NE(play(world).sent.find("SIZE=22 BODY=8BITMIME/"), std::string::npos);
    world.server[1] = "250-mx\r\n250 SIZE\r\n";
    const auto refused = play_cut(world);
    EXPECT_EQ(refused.results(), "completed -554(ours)");
    EXPECT_EQ(refused.finished.recipients[0].reply.status, (EnhancedStatus{5, 6, 3}));
}

}  // namespace
}  // namespace signet::smtp

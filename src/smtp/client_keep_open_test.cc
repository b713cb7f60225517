// Several messages through one session, and content by BDAT (RFC 3030).
#include "smtp/client_play.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kOk = "250 ok\r\n", kTaken = "250 ok\r\n250 ok\r\n354 go\r\n";

// Each message on its own, then the session as it ended.
std::string all_results(const Seen& seen) {
    std::string all;
    for (const auto& one : seen.before)
        all += Seen{.sent = {}, .finished = one, .before = {}}.results() + "; ";
    return all + (seen.finished.open ? "open" : std::string{name(seen.finished.end)});
}

const MoreRecipients kAnother{{"eve@example.net"}};

World world_of(Lines server) { return {.content = {"a\r\n"}, .server = std::move(server)}; }
Seen play_two(Lines server) { return play_cut(world_of(std::move(server)), kAnother); }

TEST(ClientKeepOpen, TheNextMessageNeedsNoGreeting) {
    const auto seen = play_two(
        {"220 mx\r\n", kFullEhlo, kTaken, "250 kept\r\n", kTaken, "250 kept\r\n", "221 bye\r\n"});
    EXPECT_EQ(all_results(seen), "completed +250; completed +250; completed");
    EXPECT_EQ(seen.sent,
              "EHLO us.example/\n"
              "MAIL FROM:<ann@example.com> SIZE=3/RCPT TO:<bob@example.net>/DATA/\n"
              "a/\n./\n"
              "MAIL FROM:<ann@example.com> SIZE=3/RCPT TO:<eve@example.net>/DATA/\n"
              "a/\n./\n"
              "QUIT/\n");
}

// RFC 5321 §4.1.1.5: MAIL is refused inside of a transaction.
TEST(ClientKeepOpen, ATransactionThatWasLeftIsResetFirst) {
    const auto seen = play_two({"220 mx\r\n", kPlainEhlo, kOk, "550 5.1.1 no\r\n", kOk, kOk, kOk,
                                "354 go\r\n", "250 kept\r\n", "221 bye\r\n"});
    EXPECT_EQ(all_results(seen), "completed -550; completed +250; completed");
    EXPECT_THAT(seen.sent, HasSubstr("RCPT TO:<bob@example.net>/\nRSET/\nMAIL FROM"));
}

TEST(ClientKeepOpen, WhereMailWasRefusedThereIsNothingToReset) {
    const auto seen = play_two({"220 mx\r\n", kPlainEhlo, "550 5.7.1 no\r\n", kOk, kOk,
                                "354 go\r\n", "250 kept\r\n", "221 bye\r\n"});
    EXPECT_EQ(all_results(seen), "completed -550; completed +250; completed");
    EXPECT_THAT(seen.sent, Not(HasSubstr("RSET")));
}

TEST(ClientKeepOpen, AResetThatIsRefusedEndsTheSession) {
    const auto seen = play_two(
        {"220 mx\r\n", kPlainEhlo, kOk, "550 5.1.1 no\r\n", "502 what\r\n", "221 bye\r\n"});
    EXPECT_EQ(all_results(seen), "completed -550; refused");
    EXPECT_EQ(seen.results(), "refused ~502");
}

// RFC 5321 §3.8: a server that shuts down, or is tired of waiting, says so unasked.
TEST(ClientKeepOpen, AServerThatEndsTheSessionMeanwhileTookNothing) {
    const auto farewell =
        play_two({"220 mx\r\n", kFullEhlo, kTaken, "250 kept\r\n", "421 4.4.2 idle\r\n"});
    EXPECT_EQ(all_results(farewell), "completed +250; refused");
    EXPECT_EQ(farewell.results(), "refused ~421");
    const auto gone = play_two({"220 mx\r\n", kFullEhlo, kTaken, "250 kept\r\n"});
    EXPECT_EQ(all_results(gone), "completed +250; lost_before_dot");
}

TEST(ClientKeepOpen, security_04_WhatNobodyAskedForEndsTheSession) {
    const auto seen = play(
        world_of({"220 mx\r\n", kFullEhlo, kTaken, "250 kept\r\n250 ok\r\n250 ok\r\n"}), kAnother);
    EXPECT_EQ(seen.results(), "completed +250");
    EXPECT_FALSE(seen.finished.open);
    EXPECT_TRUE(seen.before.empty());
}

TEST(ClientKeepOpen, ASessionThatRestsMayBeLost) {
    auto client = client_of(world_of({}), true);
    for (const auto* line : {"220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "550 no\r\n"}) {
        while (!std::holds_alternative<NeedInput>(client.next())) {
        }
        client.received(line);
    }
    ASSERT_TRUE(std::get<Finished>(client.next()).open);
    client.connection_lost("closed");
    const auto finished = std::get<Finished>(client.next());
    EXPECT_FALSE(finished.open);
    EXPECT_EQ(finished.recipients[0].reply.code, 550);
}

const std::string kChunkingEhlo = "250-mx\r\n250-PIPELINING\r\n250-SIZE\r\n250 CHUNKING\r\n";

TEST(ClientChunking, ContentGoesAsItIsWhereItIsTaken) {
    const auto seen = play_cut(
        {.content = {"a\r\n", ".b\r\n", "c"},
         .server = {"220 mx\r\n", kChunkingEhlo, kOk + kOk, "250 kept\r\n", "221 bye\r\n"}});
    EXPECT_EQ(seen.results(), "completed +250");
    EXPECT_EQ(seen.sent,
              "EHLO us.example/\n"
              "MAIL FROM:<ann@example.com> SIZE=8/RCPT TO:<bob@example.net>/\n"
              "BDAT 8 LAST/a/\n.b/\nc\n"
              "QUIT/\n");
}

TEST(ClientChunking, NothingIsSentWhereNobodyIsTaken) {
    const auto seen = play_cut(
        {.server = {"220 mx\r\n", kChunkingEhlo, kOk + "550 5.1.1 no\r\n", "221 bye\r\n"}});
    EXPECT_EQ(seen.results(), "completed -550");
    EXPECT_THAT(seen.sent, Not(HasSubstr("BDAT")));
}

TEST(ClientChunking, TheChunkMayBeRefusedAndItsReplyMayStayOpen) {
    World world{
        .server = {"220 mx\r\n", kChunkingEhlo, kOk + kOk, "552 5.3.4 big\r\n", "221 \r\n"}};
    EXPECT_EQ(play_cut(world).results(), "completed -552");
    world.server = {"220 mx\r\n", kChunkingEhlo, kOk + kOk};
    EXPECT_EQ(play_cut(world).results(), "lost_after_dot ~451(ours)");
    world.server.emplace_back("354 go on\r\n");
    EXPECT_EQ(play_cut(world).results(), "unclear_after_dot ~451(ours)");
}

TEST(ClientChunking, security_02_ABareNewlineLeavesTheChunkIncomplete) {
    for (const std::string evil : {"a\nb\r\n", "a\r.\r\n", "end\r"}) {
        const auto seen =
            play({.content = {"Subject: x\r\n\r\n", evil},
                  .server = {"220 mx\r\n", kChunkingEhlo, kOk + kOk, "250 kept\r\n"}});
        EXPECT_EQ(seen.results(), "bare_newline -554(ours)");
        EXPECT_THAT(seen.sent, Not(HasSubstr("\nend")));
        EXPECT_THAT(seen.sent, Not(HasSubstr("QUIT")));
    }
}

TEST(ClientChunking, ContentOfAnotherLengthWaits) {
    auto client = client_of({.content = {"a\r\n"}});
    const Lines server{"220 mx\r\n", kChunkingEhlo, kOk + kOk};
    std::size_t chunk = 0;
    for (;;) {
        const auto step = client.next();
        if (std::holds_alternative<NeedInput>(step)) client.received(server.at(chunk++));
        if (std::holds_alternative<ContentWanted>(step)) break;
    }
    client.content("a\r\nmore");
    const auto finished = std::get<Finished>(client.next());
    EXPECT_EQ(finished.end, ClientEnd::content_unavailable);
    EXPECT_EQ(finished.recipients[0].kind, RecipientResult::Kind::deferred);
}

}  // namespace
}  // namespace signet::smtp

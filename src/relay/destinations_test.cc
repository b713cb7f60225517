#include "relay/destinations.h"

#include "net/run_task.h"
#include "relay/relay_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using namespace std::chrono_literals;

constexpr auto kPause = 30s;

struct Bench {
    ManualClock clock{};
    Destinations destinations{clock, kPause};
    Consignment consignment{};

    Bench() { consignment.envelope.recipients = {{{"bob", "a.net"}}, {{"eve", "a.net"}}}; }

    bool is_down(const std::string& domain = "a.net") {
        return destinations.known_down("out", domain, consignment).has_value();
    }
    void learn(Cause cause, Kind kind = Kind::deferred, const std::string& domain = "a.net") {
        destinations.learn(
            "out", domain,
            same_for_all(consignment, cause, {kind, "451 4.4.1 refused (a:25)"}, "a:25"));
    }
};

TEST(Destinations, WhereNobodyAnswersOneMessageFindsOutForAll) {
    Bench bench;
    EXPECT_FALSE(bench.is_down());
    bench.learn(Cause::connect);
    bench.clock.advance(7s);
    const auto known = bench.destinations.known_down("out", "a.net", bench.consignment);
    ASSERT_TRUE(known);
    ASSERT_EQ(known->answers.size(), 2u);
    EXPECT_EQ(known->answers[1].reply,
              "451 4.4.1 refused (a:25); asked 7 s ago for another message");
    EXPECT_EQ(known->answers[1].kind, Kind::deferred);
    EXPECT_EQ(known->cause, Cause::connect);
    EXPECT_EQ(known->next_hop, "a:25");
    EXPECT_FALSE(bench.is_down("b.net"));
    EXPECT_FALSE(bench.destinations.known_down("other", "a.net", bench.consignment));
}

TEST(Destinations, OnlyWhatConcernsEveryMessagePutsADestinationDown) {
    for (const auto cause : {Cause::dns, Cause::connect, Cause::tls, Cause::auth}) {
        Bench bench;
        bench.learn(cause);
        EXPECT_TRUE(bench.is_down()) << static_cast<int>(cause);
        bench.learn(Cause::remote, Kind::delivered);
        EXPECT_FALSE(bench.is_down());
        bench.learn(cause, Kind::failed);
        EXPECT_FALSE(bench.is_down());
    }
    for (const auto cause :
         {Cause::remote, Cause::protocol, Cause::lost, Cause::content, Cause::local}) {
        Bench bench;
        bench.learn(cause);
        EXPECT_FALSE(bench.is_down()) << static_cast<int>(cause);
    }
}

TEST(Destinations, BehindThePauseOneAsksAndTheOthersWaitForWhatItLearns) {
    Bench bench;
    bench.learn(Cause::connect);
    bench.clock.advance(kPause);
    EXPECT_FALSE(bench.is_down());
    EXPECT_TRUE(bench.is_down());
    bench.learn(Cause::remote, Kind::delivered);
    EXPECT_FALSE(bench.is_down());
    EXPECT_EQ(bench.destinations.size(), 0u);
}

TEST(Destinations, ThePauseDoublesUpToItsLongest) {
    Bench bench;
    bench.learn(Cause::connect);
    for (const auto pause : {30s, 60s, 120s, 240s, 480s, 600s, 600s}) {
        bench.clock.advance(pause - 1s);
        EXPECT_TRUE(bench.is_down()) << pause.count();
        bench.clock.advance(1s);
        EXPECT_FALSE(bench.is_down()) << pause.count();
        bench.learn(Cause::connect);
    }
}

TEST(Destinations, WhoWasUnderWayWhenAnotherFailedSaysNothingNew) {
    Bench bench;
    bench.learn(Cause::connect);
    bench.clock.advance(10s);
    bench.learn(Cause::connect);
    bench.clock.advance(20s);
    EXPECT_FALSE(bench.is_down());
}

// What went wrong here does not leave the others waiting for an answer that never comes.
TEST(Destinations, WhoAsksAndLearnsNothingLetsTheNextOneAsk) {
    Bench bench;
    bench.learn(Cause::connect);
    bench.clock.advance(kPause);
    EXPECT_FALSE(bench.is_down());
    bench.learn(Cause::local);
    EXPECT_FALSE(bench.is_down());
    EXPECT_TRUE(bench.is_down());
    bench.clock.advance(5min);  // and that one never came back
    EXPECT_FALSE(bench.is_down());
}

TEST(Destinations, AnOperatorMayHaveThemForgotten) {
    Bench bench;
    bench.learn(Cause::auth);
    bench.destinations.forget();
    EXPECT_FALSE(bench.is_down());
}

TEST(Destinations, WhatIsDownIsListedWithItsAnswer) {
    Bench bench;
    bench.learn(Cause::connect);
    bench.learn(Cause::dns, Kind::deferred, "b.net");
    const auto all = bench.destinations.list(10);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].route, "out");
    EXPECT_EQ(all[0].domain, "a.net");
    EXPECT_EQ(all[0].reply, "451 4.4.1 refused (a:25)");
    EXPECT_EQ(all[0].asked, bench.clock.wall());
    EXPECT_EQ(bench.destinations.list(1).size(), 1u);
}

TEST(Destinations, SoManyAreKnownAndNoMore) {
    Bench bench;
    for (std::size_t i = 0; i < Destinations::kMostKnown + 10; ++i) {
        bench.learn(Cause::dns, Kind::deferred, std::to_string(i) + ".net");
    }
    EXPECT_EQ(bench.destinations.size(), Destinations::kMostKnown);
    bench.clock.advance(kPause);
    bench.learn(Cause::dns, Kind::deferred, "new.net");
    EXPECT_EQ(bench.destinations.size(), 1u);
}

// RFC 5321 §4.5.4.1: "the client SHOULD keep a list of hosts it cannot reach".
TEST(Destinations, AHundredMessagesAskOnce) {
    RelayWorld world;
    world.out->answer = [](const Consignment& consignment, const std::string&) {
        return same_for_all(consignment, Cause::connect, {Kind::deferred, "451 4.4.1 no"}, "a:25");
    };
    std::vector<queue::QueueId> ids;
    for (int i = 0; i < 100; ++i) ids.push_back(world.accept({"bob@a.net"}));
    const auto services = world.services();
    for (auto& lease : world.claim(100)) {
        net::run_task(deliver(services, world.ways.sessions, std::move(lease), Deadline::never()));
    }
    EXPECT_EQ(world.out->seen.size(), 1u);
    for (const auto& id : ids) {
        const auto entry = world.find(id);
        ASSERT_TRUE(entry);
        EXPECT_EQ(entry->attempts, 1u);
        EXPECT_GT(entry->due, world.clock.wall());
        EXPECT_THAT(entry->recipients[0].last_reply, testing::StartsWith("451 4.4.1 no"));
    }
}

// A route that is paused asks nobody, and what waits for it is not tried.
TEST(Destinations, WhatWaitsForItsRouteLearnsNothing) {
    RelayWorld world;
    world.out->answer = [](const Consignment& consignment, const std::string&) {
        return same_for_all(consignment, Cause::connect, {Kind::deferred, "451 4.4.1 no"}, "a:25");
    };
    const auto services = world.services();
    const auto send = [&] {
        const auto id = world.accept({"bob@a.net"});
        net::run_task(
            deliver(services, world.ways.sessions, std::move(world.claim()[0]), Deadline::never()));
        return world.find(id)->attempts;
    };
    EXPECT_EQ(send(), 1u);
    world.ways.pacing.pause({queue::Pause::Kind::route, "out", world.clock.wall(), "ann"});
    EXPECT_EQ(send(), 0u);
}

}  // namespace
}  // namespace signet::relay

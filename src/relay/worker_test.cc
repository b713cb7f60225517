#include "relay/worker.h"

#include "relay/worker_bench.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using namespace std::chrono_literals;

// Holds every delivery until it is let go.
class GateTransport final : public Transport {
public:
    bool open = false;
    unsigned inside = 0, most_inside = 0, done = 0;

    Task<Attempt> deliver(const Load& load) override {
        most_inside = std::max(most_inside, ++inside);
        while (!open) co_await let_others_run();
        --inside;
        ++done;
        co_return everybody(load.consignment, Kind::delivered, "250 ok");
    }
};

TEST(Worker, EverythingThatIsDueIsDeliveredWithoutWaitingInBetween) {
    WorkerBench bench;
    for (int i = 0; i < 500; ++i) bench.accept({"bob@a.net"});
    bench.run_until([&] { return bench.all().empty(); });
    EXPECT_EQ(bench.out->seen.size(), 500u);
    EXPECT_LT(bench.sleeps, 100u);
    EXPECT_EQ(bench.worker->in_flight(), 0u);
}

TEST(Worker, AMessageThatComesWhileItIsIdleIsSeenAtTheNextLook) {
    WorkerBench bench;
    bench.each_sleep = [&] {
        if (bench.sleeps == 5) bench.accept({"bob@a.net"});
    };
    bench.run_until([&] { return !bench.out->seen.empty(); });
    EXPECT_LE(bench.sleeps, 8u);
}

TEST(Worker, NoMoreAreDeliveredAtATimeThanItHasPlaces) {
    WorkerBench bench;
    bench.options.concurrency = 7;
    const auto gate = std::make_shared<GateTransport>();
    bench.routes.set({{"gate", {{"*"}}, gate}});
    for (int i = 0; i < 50; ++i) bench.accept_from(i % 2 == 0 ? "ann" : "cleo", "bob@a.net");
    bench.each_sleep = [&] { gate->open = bench.sleeps > 10; };
    bench.run_until([&] { return gate->done == 50; });
    EXPECT_EQ(gate->done, 50u);
    EXPECT_EQ(gate->most_inside, 7u);
}

// Eight ways of one message are gone at the same time.
TEST(Worker, ADomainThatHangsDoesNotHoldUpTheOthersOfItsMessage) {
    WorkerBench bench;
    const auto gate = std::make_shared<GateTransport>();
    bench.out->one_domain = true;
    bench.routes.set({{"hangs", {{"*.test"}}, gate}, {"out", {{"*"}}, bench.out}});
    bench.accept({"bob@hangs.test", "bob@a.net", "bob@b.net", "bob@c.net"});
    bench.run_until([&] {
        const bool others_done = bench.out->seen.size() == 3;
        gate->open = others_done;
        return others_done;
    });
    EXPECT_EQ(bench.out->seen.size(), 3u);
    EXPECT_EQ(gate->done, 1u);
    EXPECT_TRUE(bench.all().empty());
}

TEST(Worker, ANextHopThatHangsHoldsItsPlacesAndNothingElse) {
    WorkerBench bench;
    bench.options.concurrency = 6;
    const auto gate = std::make_shared<GateTransport>();
    bench.routes.set({{"hangs", {{"hangs.net"}}, gate}, {"out", {{"*"}}, bench.out}});
    for (int i = 0; i < 3; ++i) bench.accept({"bob@hangs.net"});
    for (int i = 0; i < 100; ++i) bench.accept({"bob@a.net"});
    bench.run_until([&] {
        const bool others_done = bench.out->seen.size() == 100;
        gate->open = others_done;
        return others_done;
    });
    EXPECT_EQ(bench.out->seen.size(), 100u);
    EXPECT_EQ(gate->done, 3u) << "and what was begun is finished behind stop()";
}

TEST(Worker, ANextHopThatHangsNeverHoldsEveryPlace) {
    WorkerBench bench;
    bench.options.concurrency = 8;
    const auto gate = std::make_shared<GateTransport>();
    bench.routes.set({{"hangs", {{"hangs.net"}}, gate}, {"out", {{"*"}}, bench.out}});
    for (int i = 0; i < 200; ++i) {  // more than can be parked
        bench.accept_from(i % 2 == 0 ? "ann" : "cleo", "bob@hangs.net");
    }
    for (int i = 0; i < 40; ++i) bench.accept({"bob@a.net"});
    bench.run_until([&] {
        gate->open = bench.out->seen.size() == 40;
        return gate->done == 200;
    });
    EXPECT_EQ(gate->most_inside, 6u);
    EXPECT_EQ(bench.out->seen.size(), 40u);
    EXPECT_EQ(gate->done, 200u) << "and each of them was tried in the end, once";
    EXPECT_TRUE(bench.all().empty());
}

TEST(Worker, WhatWasParkedForTooLongIsPutBackAndTriedWithItsWholeTime) {
    WorkerBench bench;
    bench.options.concurrency = 4;
    const auto gate = std::make_shared<GateTransport>();
    bench.routes.set({{"hangs", {{"hangs.net"}}, gate}, {"out", {{"*"}}, bench.out}});
    for (int i = 0; i < 4; ++i) bench.accept({"bob@hangs.net"});
    bench.each_sleep = [&] {
        if (bench.sleeps == 3) bench.clock.advance(16min);  // past half of a lease
        gate->open = bench.sleeps > 3;
    };
    bench.run_until([&] { return gate->done == 4; });
    EXPECT_EQ(gate->done, 4u);
    EXPECT_EQ(bench.events().size(), 4u);
}

TEST(Worker, ABadEntryIsPutOffAndTheOthersGoOn) {
    WorkerBench bench;
    bench.out->answer = [](const Consignment& to, const std::string&) {
        const bool bad = to.envelope.recipients[0].mailbox.local_part == "bad";
        return bad ? everybody(to, Kind::deferred, "451 later")
                   : everybody(to, Kind::delivered, "250 ok");
    };
    bench.accept({"bad@a.net"});
    for (int i = 0; i < 30; ++i) bench.accept({"bob@a.net"});
    bench.run_until([&] { return bench.all().size() == 1; });
    EXPECT_EQ(bench.all().at(0).attempts, 1u);
}

TEST(Worker, WhatIsDeferredComesBackByItself) {
    WorkerBench bench;
    bench.out->answer = [&](const Consignment& to, const std::string&) {
        return bench.out->seen.size() < 3 ? everybody(to, Kind::deferred, "451 later")
                                          : everybody(to, Kind::delivered, "250 ok");
    };
    bench.accept({"bob@a.net"});
    bench.run_until([&] { return bench.all().empty(); });
    EXPECT_EQ(bench.out->seen.size(), 3u);
    EXPECT_TRUE(bench.all().empty());
}

TEST(Worker, ADrainEndsItAndNothingNewIsClaimed) {
    WorkerBench bench;
    bench.parts.sleep = [](std::chrono::milliseconds) -> Task<bool> { co_return false; };
    bench.run_until([] { return false; });
    bench.accept({"bob@a.net"});
    EXPECT_EQ(bench.claim().size(), 1u);
    EXPECT_TRUE(bench.out->seen.empty());
}

TEST(Worker, AStoreThatIsIllIsAskedAgainAndSaidOnce) {
    RelayWorld world;
    FailingStore store{world.queue};
    store.claims.assign(20, StoreFault::unavailable);
    world.accept({"bob@a.net"});
    WorkerBench bench{&store};
    bench.run_until([&] { return bench.out->seen.size() == 1; });
    EXPECT_EQ(bench.out->seen.size(), 1u);
    EXPECT_EQ(bench.warnings.size(), 1u);
}

TEST(Worker, security_27_AfterAClockThatFellBackNothingIsStalled) {
    WorkerBench bench;
    bench.out->answer = [&](const Consignment& to, const std::string&) {
        return bench.out->seen.size() == 1 ? everybody(to, Kind::deferred, "451 later")
                                           : everybody(to, Kind::delivered, "250 ok");
    };
    bench.accept({"bob@a.net"});
    bench.each_sleep = [&] {
        if (bench.sleeps == 5) bench.clock.set_wall(bench.clock.wall() - 24h * 30);
    };
    bench.run_until([&] { return bench.all().empty(); });
    EXPECT_TRUE(bench.all().empty());
    EXPECT_LT(bench.sleeps, 50u) << "it did not wait for its month";
}

}  // namespace
}  // namespace signet::relay

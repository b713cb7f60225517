#include "relay/rescue.h"

#include "net/run_task.h"
#include "relay/relay_world.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using namespace std::chrono_literals;

TEST(Rescue, TheWatchSeesAWallClockThatFallsBackAndNothingElse) {
    ManualClock clock;
    JumpWatch watch{clock};
    EXPECT_FALSE(watch.fell_back());
    clock.advance(24h * 30);
    EXPECT_FALSE(watch.fell_back());
    clock.set_wall(clock.wall() + 24h);
    EXPECT_FALSE(watch.fell_back());
    clock.set_wall(clock.wall() - 30s);  // a correction, no jump
    EXPECT_FALSE(watch.fell_back());
    clock.set_wall(clock.wall() - 2min);
    EXPECT_TRUE(watch.fell_back());
    EXPECT_FALSE(watch.fell_back()) << "once";
}

// Defers a message while the clock is `ahead` of the truth, and sets it right.
queue::QueueId deferred_in_the_future(RelayWorld& world, std::chrono::hours ahead) {
    const auto right = world.clock.wall();
    world.clock.set_wall(right + ahead);
    const auto id = world.accept({"bob@a.net"});
    world.out->answer = [](const Consignment& to, const std::string&) {
        return everybody(to, queue::RecipientOutcome::Kind::deferred, "451 later");
    };
    const auto services = world.services();
    net::run_task(
        deliver(services, world.ways.sessions, std::move(world.claim()[0]), Deadline::never()));
    world.clock.set_wall(right);
    return id;
}

TEST(Rescue, security_27_WhatWaitsForATimeThatWillNotComeIsTriedNow) {
    RelayWorld world;
    const auto stalled = deferred_in_the_future(world, 24h * 400);
    world.clock.advance(1min);
    EXPECT_TRUE(world.claim().empty());
    const auto services = world.services();
    EXPECT_EQ(net::run_task(rescue_stalled(services)), 1u);
    const auto leases = world.claim();
    ASSERT_EQ(leases.size(), 1u);
    EXPECT_EQ(leases[0].entry.id, stalled);
    EXPECT_EQ(world.events().back(), "message.requeued clock_fell_back");
}

TEST(Rescue, WhatWaitsForItsOrdinaryTimeIsLeftAlone) {
    RelayWorld world;
    deferred_in_the_future(world, 0h);
    const auto services = world.services();
    EXPECT_EQ(net::run_task(rescue_stalled(services)), 0u);
    EXPECT_TRUE(world.claim().empty());
}

TEST(Rescue, ALongQueueIsWalkedToItsEnd) {
    RelayWorld world;
    const auto right = world.clock.wall();
    world.clock.set_wall(right + 24h * 400);
    for (int i = 0; i < 1'201; ++i) world.accept({"bob@a.net"});
    world.clock.set_wall(right);
    const auto services = world.services();
    EXPECT_EQ(net::run_task(rescue_stalled(services)), 1'201u);
    EXPECT_EQ(net::run_task(rescue_stalled(services)), 0u);
}

}  // namespace
}  // namespace signet::relay

#include "relay/pace.h"

#include "net/run_task.h"
#include "relay/relay_world.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using namespace std::chrono_literals;

const Rate kTwoAMinute{2, 60s};

// What is due now is claimed and delivered, one after the other.
unsigned deliver_all(RelayWorld& world) {
    const auto services = world.services();
    unsigned claimed = 0;
    for (;;) {
        auto leases = world.claim();
        if (leases.empty()) return claimed;
        ++claimed;
        net::run_task(
            deliver(services, world.ways.sessions, std::move(leases[0]), Deadline::never()));
    }
}

struct Paced : RelayWorld {
    explicit Paced(Pace pace) {
        routes.set({{"slow", {{"a.net"}}, out, pace}, {"free", {{"*"}}, here}});
    }
};

TEST(Pace, NoMoreThanTheRateInAnyWindowAndTheRestWaitsUntriedInItsOrder) {
    Paced world{{.messages = kTwoAMinute}};
    std::vector<queue::QueueId> ids;
    for (int i = 0; i < 7; ++i) ids.push_back(world.accept({"bob@a.net"}));
    std::vector<SteadyTime> handed_over;
    std::vector<queue::QueueId> order;
    world.out->answer = [&](const Consignment& to, const std::string&) {
        handed_over.push_back(world.clock.steady());
        order.push_back(to.id);
        return everybody(to, Kind::delivered, "250 ok");
    };
    deliver_all(world);
    EXPECT_EQ(handed_over.size(), 2u);
    for (const auto& entry : world.all()) {
        EXPECT_EQ(entry.attempts, 0u);
        EXPECT_EQ(entry.recipients[0].last_reply, "");
    }
    EXPECT_EQ(world.events().size(), 2u) << "waiting is no event";
    unsigned claims = 0;
    for (int tick = 0; tick < 2'400 && order.size() < 7; ++tick) {
        world.clock.advance(100ms);
        claims += deliver_all(world);
    }
    EXPECT_EQ(order, ids);
    EXPECT_EQ(claims, 5u) << "each comes back once, when it is its turn";
    for (std::size_t i = 2; i < handed_over.size(); ++i) {
        EXPECT_GE(handed_over[i] - handed_over[i - 2], 60s) << i;
    }
}

TEST(Pace, WhoComesLaterWaitsBehindThoseWhoWait) {
    Paced world{{.messages = {1, 60s}}};
    world.accept({"one@a.net"});
    world.accept({"two@a.net"});
    deliver_all(world);
    world.clock.advance(30s);
    world.accept({"three@a.net"});
    deliver_all(world);
    world.clock.advance(30s + 1ms);
    deliver_all(world);
    EXPECT_EQ(world.events().back(), "message.delivered slow two@a.net ok");
    world.clock.advance(60s + 1ms);
    deliver_all(world);
    EXPECT_EQ(world.events().back(), "message.delivered slow three@a.net ok");
}

queue::QueueId accept_of(RelayWorld& world, const std::string& account) {
    queue::MessageInfo info;
    info.account = account;
    info.envelope.recipients = {{{"bob", "a.net"}}};
    info.accepted = world.clock.wall();
    return world.accept_message(std::move(info), "x");
}

TEST(Pace, OneMessageIsNotBehindAWholeJobForTheRate) {
    Paced world{{.messages = kTwoAMinute}};
    std::vector<SteadyTime> handed_over;
    std::vector<std::string> whose;
    world.out->answer = [&](const Consignment& to, const std::string&) {
        handed_over.push_back(world.clock.steady());
        whose.push_back(to.account);
        return everybody(to, Kind::delivered, "250 ok");
    };
    for (int i = 0; i < 100; ++i) accept_of(world, "job");
    deliver_all(world);
    world.clock.advance(90s);
    deliver_all(world);
    const auto before = whose.size();
    for (const auto* account : {"ann", "cleo", "ann"}) accept_of(world, account);
    for (int tick = 0; tick < 60 * 120 && !world.all().empty(); ++tick) {
        deliver_all(world);
        world.clock.advance(500ms);
    }
    ASSERT_EQ(whose.size(), 103u) << "nobody was forgotten";
    const auto last = std::find(whose.rbegin(), whose.rend(), "ann").base() - whose.begin();
    EXPECT_LE(static_cast<std::size_t>(last), before + 8);
    EXPECT_EQ(std::count(whose.begin(), whose.begin() + last, "cleo"), 1);
    for (std::size_t i = 2; i < handed_over.size(); ++i) {
        EXPECT_GE(handed_over[i] - handed_over[i - 2], 60s) << i;
    }
}

TEST(Pace, OneMessageIsNotBehindAWholeJobForAConnection) {
    ManualClock clock;
    Pacing pacing{clock};
    const Pace pace{.connections = 2};
    const auto one = pacing.enter("r", pace, {"1", "job"}), two = pacing.enter("r", pace, {"2"});
    std::chrono::microseconds last{};
    for (int i = 0; i < 1'000; ++i) {
        last = pacing.enter("r", pace, {"job" + std::to_string(i), "job"}).error();
    }
    EXPECT_GE(last, 500s);
    EXPECT_LE(pacing.enter("r", pace, {"ann", "ann"}).error(), 2s);
    EXPECT_LE(pacing.enter("r", pace, {"cleo", "cleo"}).error(), 3s);
}

TEST(Pace, ANewcomerHasATurnEvenWhenThereAreNoMore) {
    ManualClock clock;
    Pacing pacing{clock};
    const Pace pace{.messages = {1, 1s}};
    for (std::size_t i = 0; i <= Pacing::kMostTurns; ++i) {
        (void)pacing.enter("r", pace, {"job" + std::to_string(i), "job"});
    }
    EXPECT_EQ(pacing.enter("r", pace, {"late", "job"}).error(), Pacing::kLongestWait);
    EXPECT_LE(pacing.enter("r", pace, {"ann", "ann"}).error(), 3s);
}

TEST(Pace, ATurnThatIsUsedLateDoesNotCrowdTheNext) {
    ManualClock clock;
    Pacing pacing{clock};
    const Pace pace{.messages = {1, 60s}};
    EXPECT_TRUE(pacing.enter("r", pace, {"1"}));
    EXPECT_EQ(pacing.enter("r", pace, {"2"}).error(), 60s);
    EXPECT_EQ(pacing.enter("r", pace, {"3"}).error(), 120s);
    clock.advance(119s);
    EXPECT_TRUE(pacing.enter("r", pace, {"2"})) << "59 s late";
    clock.advance(1s);
    EXPECT_EQ(pacing.enter("r", pace, {"3"}).error(), 59s);
    clock.advance(59s);
    EXPECT_TRUE(pacing.enter("r", pace, {"3"}));
}

TEST(Pace, AConnectionTooManyWaitsAndComesFreeWithItsPlace) {
    ManualClock clock;
    Pacing pacing{clock};
    const Pace pace{.connections = 2};
    auto one = std::make_optional(pacing.enter("r", pace, {"1"}));
    const auto two = pacing.enter("r", pace, {"2"});
    EXPECT_TRUE(*one && two);
    const auto wait = pacing.enter("r", pace, {"3"});
    ASSERT_FALSE(wait);
    EXPECT_GE(wait.error(), 1s);
    EXPECT_TRUE(pacing.enter("other", pace, {"3"})) << "routes do not count for each other";
    one.reset();
    EXPECT_TRUE(pacing.enter("r", pace, {"3"}));
}

TEST(Pace, ALongLineIsToldToComeBackAsPlacesComeFree) {
    ManualClock clock;
    Pacing pacing{clock};
    const Pace pace{.connections = 2};
    for (int i = 0; i < 50; ++i) {  // a connection takes ten seconds here
        const auto held = pacing.enter("r", pace, {"x"});
        clock.advance(10s);
    }
    const auto one = pacing.enter("r", pace, {"1"}), two = pacing.enter("r", pace, {"2"});
    std::chrono::microseconds last{};
    for (int i = 0; i < 10'000; ++i) {
        last = pacing.enter("r", pace, {"waits" + std::to_string(i)}).error();
    }
    EXPECT_EQ(last, Pacing::kLongestWait);
    EXPECT_GT(pacing.enter("r", pace, {"waits0"}).error(), 10s);
}

TEST(Pace, WhatWaitsOnOneRouteGoesByTheOthersAndOnlyTheirTryIsCounted) {
    Paced world{{.messages = {1, 60s}}};
    world.accept({"bob@a.net"});
    const auto id = world.accept({"bob@a.net", "cleo@b.net", "dan@c.net"});
    world.here->answer = [](const Consignment& to, const std::string&) {
        return attempt_with({{Kind::delivered, "250 ok"}, {Kind::deferred, "451 later"}});
        (void)to;
    };
    deliver_all(world);
    auto entry = world.find(id);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->recipients[0].last_reply, "") << "untried";
    EXPECT_EQ(entry->recipients[1].state, queue::RecipientState::delivered);
    EXPECT_EQ(entry->recipients[2].last_reply, "451 later");
    EXPECT_GE(entry->due - world.clock.wall(), 45s) << "nobody is asked again at once";
    EXPECT_LE(entry->due - world.clock.wall(), 61s);
}

TEST(Pace, APausedRouteKeepsItsMailUntriedUntilItIsResumed) {
    Paced world{{}};
    const queue::Pause slow{queue::Pause::Kind::route, "slow", world.clock.wall(), "ann"};
    EXPECT_TRUE(world.ways.pacing.pause(slow));
    EXPECT_FALSE(world.ways.pacing.pause({queue::Pause::Kind::route, "slow", WallTime{}, "bob"}));
    EXPECT_EQ(world.ways.pacing.paused(), std::vector{slow}) << "who was first stays named";
    const auto id = world.accept({"bob@a.net"});
    world.accept({"cleo@b.net"});
    for (int hour = 0; hour < 24 * 7; ++hour) {
        deliver_all(world);
        world.clock.advance(1h);
    }
    ASSERT_TRUE(world.find(id)) << "a week is beyond every lifetime, and nothing was given up";
    EXPECT_EQ(world.find(id)->attempts, 0u);
    EXPECT_EQ(world.events(), std::vector<std::string>{"message.delivered free cleo@b.net ok"});
    EXPECT_TRUE(world.ways.pacing.resume(queue::Pause::Kind::route, "slow"));
    EXPECT_FALSE(world.ways.pacing.resume(queue::Pause::Kind::route, "slow"));
    world.clock.advance(2min);
    deliver_all(world);
    EXPECT_FALSE(world.find(id));
}

TEST(Pace, APausedDestinationKeepsItsMailWhateverRouteLeadsThereAndHoldsUpNobodyElse) {
    Paced world{{}};
    world.ways.pacing.pause({queue::Pause::Kind::destination, "b.net", world.clock.wall(), "ann"});
    const auto id = world.accept({"cleo@b.net", "dan@c.net", "eve@b.net", "bob@a.net"});
    deliver_all(world);
    EXPECT_EQ(world.events(), (std::vector<std::string>{"message.delivered slow bob@a.net ok",
                                                        "message.delivered free dan@c.net ok"}));
    world.routes.set({{"other", {{"*"}}, world.out}});
    for (int hour = 0; hour < 24 * 7; ++hour) {
        world.clock.advance(1h);
        deliver_all(world);
    }
    ASSERT_TRUE(world.find(id)) << "a week is beyond every lifetime, and nothing was given up";
    EXPECT_EQ(world.events().size(), 2u) << "waiting is no event";
    EXPECT_TRUE(world.ways.pacing.resume(queue::Pause::Kind::destination, "b.net"));
    world.clock.advance(2min);
    deliver_all(world);
    EXPECT_FALSE(world.find(id));
    EXPECT_EQ(world.events().back(), "message.delivered other cleo@b.net eve@b.net ok");
}

TEST(Pace, ADestinationIsItsDomainAloneAndARouteItsName) {
    Paced world{{}};
    world.ways.pacing.pause({queue::Pause::Kind::destination, "net", WallTime{}, ""});
    world.ways.pacing.pause({queue::Pause::Kind::destination, "slow", WallTime{}, ""});
    world.ways.pacing.pause({queue::Pause::Kind::route, "a.net", WallTime{}, ""});
    const auto id = world.accept({"bob@a.net"});
    deliver_all(world);
    EXPECT_FALSE(world.find(id));
}

TEST(Pace, ARateOfAnotherRouteIsNotAskedAndAReloadForgetsNothing) {
    Paced world{{.messages = {1, 60s}}};
    world.accept({"one@a.net"});
    deliver_all(world);
    world.routes.set({{"slow", {{"*"}}, world.out, {.messages = {2, 60s}}}});
    world.accept({"two@a.net"});
    world.accept({"three@a.net"});
    deliver_all(world);
    EXPECT_EQ(world.out->seen.size(), 2u) << "one before the reload, one behind it";
}

}  // namespace
}  // namespace signet::relay

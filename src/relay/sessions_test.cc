#include "relay/sessions.h"

#include "net/run_task.h"
#include "relay/relay_world.h"
#include "relay/scripted_hops.h"
#include "relay/transport_smarthost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const std::string kTaken = "250 ok\r\n250 ok\r\n354 go\r\n";

// A world whose route "up" leads to a smart host in the clear.
struct Bench {
    RelayWorld world{};
    ScriptedHops hops{world.clock};
    Sessions sessions{world.clock};
    Services services = world.services();
    Pace pace{};

    Bench() { set_hosts({"one.test"}); }

    void set_hosts(const std::vector<std::string>& names) {
        std::vector<NextHop> hosts;
        for (const auto& name : names) {
            hosts.push_back({.host = name, .tls = smtp::TlsPolicy::none, .hostname = "us.test"});
        }
        const std::shared_ptr<Transport> up =
            make_smart_host_transport(std::move(hosts), world.clock, hops.connect());
        world.routes.set({{"up", {{"*"}}, up, pace}});
    }

    // What the queue says of a message behind one try; "gone" if it left.
    std::string send(std::string to = "bob@a.net") {
        const auto id = world.accept({std::move(to)}, "x\r\n", "");
        net::run_task(deliver(services, sessions, std::move(world.claim()[0]), Deadline::never()));
        const auto entry = world.find(id);
        return entry ? entry->recipients[0].last_reply : "gone";
    }

    void part_from_idle() { net::run_task(part_all(sessions.take_idle(), world.clock)); }
    const net::ScriptedStream& hop(std::size_t number) const { return *hops.kept.at(number); }
};

// Takes so many messages for one recipient each.
std::function<void(net::ScriptedStream&)> takes(int messages) {
    return [=](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kEhlo);
        for (int i = 0; i < messages; ++i) peer.say(kTaken).say("250 kept\r\n");
    };
}

TEST(Sessions, TheNextMessageGoesOverTheSameConnection) {
    Bench bench;
    bench.hops.scripts = {takes(3)};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.hops.targets.size(), 1u);
    EXPECT_THAT(bench.hop(0).written(), Not(HasSubstr("QUIT")));
    bench.world.clock.advance(Sessions::kLinger);
    bench.part_from_idle();
    EXPECT_THAT(bench.hop(0).written(), HasSubstr(".\r\nQUIT\r\n"));
    EXPECT_TRUE(bench.hop(0).closed());
}

TEST(Sessions, OneThatWasClosedMeanwhileCostsTheMessageNothing) {
    Bench bench;
    bench.hops.scripts = {takes(1), takes(1), takes(1)};
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.send(), "gone");  // the script is at its end: the connection is lost
    EXPECT_EQ(bench.hops.targets.size(), 2u);
    EXPECT_TRUE(bench.hop(0).closed());
    EXPECT_EQ(bench.world.events().size(), 2u);
}

TEST(Sessions, OneThatIsToldToGoAwayCostsTheMessageNothing) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
                              takes(1)(peer);
                              peer.say("421 4.7.0 that is enough\r\n");
                          },
                          takes(1)};
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.hops.targets.size(), 2u);
}

TEST(Sessions, ARefusedMailMayMeanTheSession) {
    Bench bench;
    bench.hops.scripts = {
        [](net::ScriptedStream& peer) {
            takes(1)(peer);
            peer.say("554 5.7.0 one is enough\r\n503 no\r\n503 no\r\n");
        },
        [](net::ScriptedStream& peer) {
            peer.say("220 mx\r\n").say(kEhlo).say("554 5.7.1 not from you\r\n503 no\r\n503 no\r\n");
        }};
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.hops.targets.size(), 2u);
    EXPECT_THAT(bench.world.events().back(), HasSubstr("message.bounced"));
}

// RFC 5321 §6.1: the host may have it; nobody else is asked now.
TEST(Sessions, BehindALostFinalDotNoOtherConnectionIsMade) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        takes(1)(peer);
        peer.say(kTaken).stall();
    }};
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_THAT(bench.send(), HasSubstr("lost behind the final dot"));
    EXPECT_EQ(bench.hops.targets.size(), 1u);
}

TEST(Sessions, BehindAnAnswerToTheDotThatIsNoneNoOtherConnectionIsMade) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        takes(1)(peer);
        peer.say(kTaken).say("kept, I think\r\n");
    }};
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_THAT(bench.send(), HasSubstr("451 4.5.0 "));
    EXPECT_EQ(bench.hops.targets.size(), 1u);
}

TEST(Sessions, ARefusalIsTheMessagesAndTheSessionGoesOn) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        takes(1)(peer);
        peer.say("250 ok\r\n451 4.7.1 greylisted\r\n503 no\r\n")
            .say("250 reset\r\n")
            .say(kTaken)
            .say("250 kept\r\n");
    }};
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_THAT(bench.send(), HasSubstr("greylisted"));
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.hops.targets.size(), 1u);
}

TEST(Sessions, WhereOneHostPutsAMessageOffTheNextIsAskedAndNoneTwice) {
    Bench bench;
    bench.set_hosts({"one.test", "two.test"});
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
                              takes(1)(peer);
                              peer.say("250 ok\r\n451 4.3.1 full\r\n503 no\r\n");
                          },
                          takes(1)};
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.send(), "gone");
    ASSERT_EQ(bench.hops.targets.size(), 2u);
    EXPECT_EQ(bench.hops.targets[1].host, "two.test");
    EXPECT_TRUE(bench.hop(0).closed());
}

TEST(Sessions, AfterAReloadTheOldWayIsNotGone) {
    Bench bench;
    bench.hops.scripts = {takes(2), takes(2)};
    EXPECT_EQ(bench.send(), "gone");
    bench.set_hosts({"two.test"});
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.hops.targets.at(1).host, "two.test");
}

TEST(Sessions, OneIsLeftBehindSoManyMessagesAndSoMuchTime) {
    Bench bench;
    bench.hops.scripts = {takes(Sessions::kMostMessages + 1), takes(2), takes(1)};
    for (unsigned i = 0; i <= Sessions::kMostMessages; ++i) EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.hops.targets.size(), 2u);
    EXPECT_TRUE(bench.hop(0).closed());
    bench.world.clock.advance(Sessions::kOldest);
    EXPECT_EQ(bench.send(), "gone");  // it was not swept yet
    bench.part_from_idle();
    EXPECT_TRUE(bench.hop(1).closed());
}

TEST(Sessions, TheOldestEndsWhereTooManyAreOpen) {
    Bench bench;
    for (std::size_t i = 0; i < Sessions::kMostOpen + 1; ++i) {
        bench.set_hosts({std::to_string(i) + ".test"});
        bench.hops.scripts.push_back(takes(1));
        EXPECT_EQ(bench.send(), "gone");
    }
    EXPECT_TRUE(bench.hop(0).closed());
    EXPECT_FALSE(bench.hop(1).closed());
}

// What the next hop counts is connections, idle or not.
TEST(Sessions, OneThatWaitsHoldsItsPlaceUntilSomebodyWantsIt) {
    Bench bench;
    bench.pace.connections = 1;
    bench.set_hosts({"one.test"});
    bench.hops.scripts = {takes(2), takes(1)};
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_FALSE(bench.world.ways.pacing.enter("up", bench.pace, {"another thread's message"}));
    EXPECT_EQ(bench.send(), "gone");  // the same connection, in the same place
    bench.set_hosts({"two.test"});    // another way of the same route
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_TRUE(bench.hop(0).closed());
    EXPECT_EQ(bench.hops.targets.size(), 2u);
}

TEST(Sessions, OneOnALimitedRouteIsGoneBeforeAnotherThreadsMessageComesBack) {
    Bench bench;
    bench.pace.connections = 1;
    bench.set_hosts({"one.test"});
    bench.hops.scripts = {[&](net::ScriptedStream& peer) {
        bench.world.clock.advance(200ms);  // the use; what follows it is none
        takes(1)(peer);
    }};
    EXPECT_EQ(bench.send(), "gone");
    const auto ask = [&](std::string message) {
        return bench.world.ways.pacing.enter("up", bench.pace, {std::move(message)});
    };
    const auto wait = ask("of another thread");
    ASSERT_FALSE(wait);
    EXPECT_GE(wait.error(), 1s);
    bench.world.clock.advance(Sessions::kLimitedLinger);
    bench.part_from_idle();
    const auto place = ask("of another thread");
    ASSERT_TRUE(place);
    EXPECT_EQ(ask("a third").error(), wait.error()) << "the rest is no measure of a use";
}

TEST(Sessions, TheRateCountsMessagesAndNotConnections) {
    Bench bench;
    bench.pace.messages = {.count = 2, .window = 60s};
    bench.set_hosts({"one.test"});
    bench.hops.scripts = {takes(3)};
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_EQ(bench.send(), "");  // it waits, untried
    EXPECT_THAT(bench.hop(0).written(), Not(HasSubstr("QUIT")));
}

TEST(Sessions, NoneIsLeftOpenBehindTheEnd) {
    Bench bench;
    bench.hops.scripts = {takes(1), takes(1)};
    EXPECT_EQ(bench.send(), "gone");
    net::run_task(part_all(bench.sessions.close(), bench.world.clock));
    EXPECT_TRUE(bench.hop(0).closed());
    EXPECT_EQ(bench.send(), "gone");
    EXPECT_TRUE(bench.hop(1).closed());
}

}  // namespace
}  // namespace signet::relay

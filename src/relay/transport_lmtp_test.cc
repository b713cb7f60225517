// LMTP (RFC 2033), which is a smart host with an answer for each recipient; and no transport at
// all.
#include "net/run_task.h"
#include "relay/relay_world.h"
#include "relay/scripted_hops.h"
#include "relay/transport_discard.h"
#include "relay/transport_smarthost.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

const std::string kLhlo = "250-dovecot\r\n250-PIPELINING\r\n250 8BITMIME\r\n";

struct Bench {
    RelayWorld world{};
    ScriptedHops hops{world.clock};
    queue::QueueId id{};

    // One try for ann, bob and cleo; what the queue says of each, or "gone".
    std::vector<std::string> try_once(std::function<void(net::ScriptedStream&)> script) {
        hops.scripts = {std::move(script)};
        std::vector<NextHop> one;
        one.push_back({.host = "/run/lmtp",
                       .port = 0,
                       .lmtp = true,
                       .tls = smtp::TlsPolicy::none,
                       .hostname = "us.test"});
        const std::shared_ptr<Transport> transport =
            make_smart_host_transport(std::move(one), world.clock, hops.connect());
        world.routes.set({{"local", {{"*"}}, transport}});
        id = world.accept({"ann@a.net", "bob@a.net", "cleo@a.net"}, "Subject: x\r\n\r\ny\r\n", "");
        const auto services = world.services();
        net::run_task(
            deliver(services, world.ways.sessions, std::move(world.claim()[0]), Deadline::never()));
        const auto entry = world.find(id);
        if (!entry) return {"gone"};
        std::vector<std::string> said;
        for (const auto& one_status : entry->recipients) {
            said.push_back(std::string{name(one_status.state)} + " " +
                           one_status.last_reply.substr(0, 9));
        }
        return said;
    }
};

TEST(Lmtp, LhloAndAnAnswerForEachRecipientBehindTheDot) {
    Bench bench;
    const auto said = bench.try_once([](auto& peer) {
        peer.say("220 lmtp\r\n").say(kLhlo);
        peer.say("250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
        peer.say("250 2.0.0 kept\r\n452 4.2.2 full\r\n").say("550 5.2.0 no\r\n").say("221 bye\r\n");
    });
    EXPECT_EQ(said, (std::vector<std::string>{"delivered 250 2.0.0", "pending 452 4.2.2",
                                              "failed 550 5.2.0"}));
    EXPECT_TRUE(bench.hops.kept[0]->written().starts_with("LHLO us.test\r\nMAIL FROM:<>\r\n"));
    EXPECT_TRUE(bench.hops.kept[0]->written().ends_with("\r\n.\r\nQUIT\r\n"));
    EXPECT_EQ(bench.hops.targets[0].host, "/run/lmtp");
}

TEST(Lmtp, WhoWasRefusedAtRcptHasNoAnswerBehindTheDot) {
    Bench bench;
    const auto said = bench.try_once([](auto& peer) {
        peer.say("220 lmtp\r\n").say(kLhlo);
        peer.say("250 ok\r\n250 ok\r\n550 5.1.1 nobody\r\n250 ok\r\n354 go\r\n");
        peer.say("250 2.0.0 kept\r\n421 4.3.2 busy\r\n");
    });
    EXPECT_EQ(said, (std::vector<std::string>{"delivered 250 2.0.0", "failed 550 5.1.1",
                                              "pending 421 4.3.2"}))
        << "421 is about cleo alone here";
}

TEST(Lmtp, AConnectionLostBetweenTheAnswersDefersThoseWithoutOne) {
    Bench bench;
    const auto said = bench.try_once([](auto& peer) {
        peer.say("220 lmtp\r\n").say(kLhlo);
        peer.say("250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
        peer.say("250 2.0.0 kept\r\n").stall();
    });
    EXPECT_EQ(said, (std::vector<std::string>{"delivered 250 2.0.0", "pending 451 4.4.2",
                                              "pending 451 4.4.2"}));
}

TEST(Lmtp, AServerThatOnlySpeaksSmtpIsNotSpokenToInIt) {
    Bench bench;
    const auto said =
        bench.try_once([](auto& peer) { peer.say("220 mx\r\n").say("500 5.5.1 what?\r\n"); });
    EXPECT_EQ(said.at(0), "pending 500 5.5.1");
    EXPECT_EQ(bench.hops.kept[0]->written(), "LHLO us.test\r\nQUIT\r\n");
}

TEST(Lmtp, ADataThatIsTakenForNobodyIsNoLmtp) {
    Bench bench;
    const auto said = bench.try_once([](auto& peer) {
        peer.say("220 lmtp\r\n").say(kLhlo);
        peer.say("250 ok\r\n550 no\r\n550 no\r\n451 4.1.1 no\r\n354 go\r\n");
    });
    EXPECT_EQ(said.at(2), "pending 451 4.1.1");
    EXPECT_FALSE(bench.hops.kept[0]->written().contains("Subject"));
}

TEST(Discard, DropsTheMessageAndTheEventSaysSo) {
    RelayWorld world;
    world.routes.set({{"drop", {{"*"}}, std::shared_ptr{make_discard_transport()}}});
    const auto id = world.accept({"ann@a.net", "bob@b.net"});
    const auto services = world.services();
    net::run_task(
        deliver(services, world.ways.sessions, std::move(world.claim()[0]), Deadline::never()));
    EXPECT_FALSE(world.find(id));
    EXPECT_EQ(world.events(),
              std::vector<std::string>{"message.delivered drop ann@a.net bob@b.net discarded"});
}

}  // namespace
}  // namespace signet::relay

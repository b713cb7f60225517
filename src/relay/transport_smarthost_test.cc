#include "relay/transport_smarthost.h"

#include "base/base64.h"
#include "net/run_task.h"
#include "relay/relay_world.h"
#include "relay/scripted_hops.h"
#include "relay/session.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using net::ConnectFault;

const std::string kTlsEhlo = "250-mx\r\n250 STARTTLS\r\n";

struct Bench {
    RelayWorld world{};
    ScriptedHops hops{world.clock};
    Salting salting{};

    std::shared_ptr<const SignIn> ann(std::vector<std::string> mechanisms = {}) {
        return std::make_shared<const SignIn>("ann", Secret{"pencil"}, std::move(mechanisms),
                                              world.entropy, salting);
    }

    // What the queue says of the recipient behind one try; "gone" if the message left it.
    std::string try_once(NextHop host) {
        host.host = "smtp.test";
        host.hostname = "relay.example.org";
        std::vector<NextHop> one;
        one.push_back(std::move(host));
        return try_all(std::move(one));
    }

    // In the clear, in this order.
    std::string try_hosts(const std::vector<std::string>& names) {
        std::vector<NextHop> all;
        for (const auto& name : names) {
            all.push_back({.host = name, .tls = smtp::TlsPolicy::none, .hostname = "us.test"});
        }
        return try_all(std::move(all));
    }

    std::string try_all(std::vector<NextHop> all) {
        const std::shared_ptr<Transport> transport =
            make_smart_host_transport(std::move(all), world.clock, hops.connect());
        world.routes.set({{"up", {{"*"}}, transport}});
        const auto id = world.accept({"bob@a.net"}, "Subject: x\r\n\r\n.y\r\n", "");
        const auto services = world.services();
        net::run_task(
            deliver(services, world.ways.sessions, std::move(world.claim()[0]), Deadline::never()));
        const auto entry = world.find(id);
        return entry ? entry->recipients[0].last_reply : "gone";
    }
};

TEST(SmartHost, AMessageIsHandedOverWithItsTraceAndItsSize) {
    Bench bench;
    bench.hops.scripts = {take_message};
    EXPECT_EQ(bench.try_once({.tls = smtp::TlsPolicy::none}), "gone");
    EXPECT_EQ(bench.hops.kept[0]->written(),
              "EHLO relay.example.org\r\n"
              "MAIL FROM:<> SIZE=38\r\nRCPT TO:<bob@a.net>\r\nDATA\r\n"
              "Received: by relay\r\nSubject: x\r\n\r\n..y\r\n.\r\nQUIT\r\n");
    EXPECT_EQ(bench.hops.targets[0].host, "smtp.test");
    EXPECT_EQ(bench.hops.targets[0].port, 587);
    EXPECT_TRUE(bench.hops.kept[0]->closed());
    EXPECT_EQ(bench.world.events(), std::vector<std::string>{"message.delivered up bob@a.net ok"});
}

TEST(SmartHost, APasswordIsUsedInsideImplicitTls) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n")
            .say(kEhlo)
            .say("235 ok\r\n")
            .say("250 ok\r\n250 ok\r\n354 go\r\n")
            .say("250 kept\r\n");
    }};
    EXPECT_EQ(bench.try_once({.port = 465, .implicit_tls = true, .sign_in = bench.ann()}), "gone");
    EXPECT_NE(bench.hops.kept[0]->written().find("AUTH PLAIN AGFubgBwZW5jaWw=\r\n"),
              std::string::npos);
    EXPECT_TRUE(bench.hops.targets[0].implicit_tls);
}

TEST(SmartHost, TheMechanismIsInTheEvent) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kEhlo).say("235 ok\r\n").say("250 ok\r\n250 ok\r\n354 go\r\n");
        peer.say("250 kept\r\n");
    }};
    EXPECT_EQ(bench.try_once({.port = 465, .implicit_tls = true, .sign_in = bench.ann()}), "gone");
    EXPECT_EQ(bench.world.audit.events().back().mechanism, "PLAIN");
}

TEST(SmartHost, OnlyMechanismsOfTheSettingsAreUsed) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) { peer.say("220 mx\r\n").say(kEhlo); }};
    const auto reply = bench.try_once(
        {.port = 465, .implicit_tls = true, .sign_in = bench.ann({"SCRAM-SHA-256"})});
    EXPECT_TRUE(reply.starts_with("451 4.7.0 the next hop offers no AUTH mechanism")) << reply;
    EXPECT_EQ(bench.hops.kept[0]->written(), "EHLO relay.example.org\r\nQUIT\r\n");
}

// The nonce is fresh, the flag tells what the connection has, and who does not prove that it knows
// the password gets no message.
TEST(SmartHost, security_13_AServerThatDoesNotProveItselfGetsNothing) {
    Bench bench;
    const auto pretend = [](net::ScriptedStream& peer) {
        peer.bind(net::ChannelBinding::tls_exporter, std::string(32, 'e'))
            .say("220 mx\r\n")
            .say("250-mx\r\n250 AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256\r\n")
            .say("235 welcome\r\n");
    };
    bench.hops.scripts = {pretend, pretend};
    for (int i = 0; i < 2; ++i) {
        const auto reply =
            bench.try_once({.port = 465, .implicit_tls = true, .sign_in = bench.ann()});
        EXPECT_NE(reply.find("did not prove that it knows the password"), std::string::npos)
            << reply;
        EXPECT_EQ(bench.world.events().back(), "message.deferred up bob@a.net auth");
        bench.world.ways.destinations.forget();
    }
    const auto said = [&](int i) {
        const auto& all = bench.hops.kept[static_cast<std::size_t>(i)]->written();
        const std::string_view command = "AUTH SCRAM-SHA-256-PLUS ";
        const auto at = all.find(command);
        EXPECT_NE(at, std::string::npos) << all;
        EXPECT_EQ(all.find("MAIL"), std::string::npos);
        const auto octets = all.substr(at + command.size());
        return unbase64(octets.substr(0, octets.find('\r'))).value_or("");
    };
    EXPECT_TRUE(said(0).starts_with("p=tls-exporter,,n=ann,r=")) << said(0);
    EXPECT_EQ(said(0).size(), said(1).size());
    EXPECT_NE(said(0), said(1)) << "a nonce is used once";
}

TEST(SmartHost, EachWayNotToBeConnectedDefersWithItsReason) {
    struct Case {
        ConnectFault::Kind kind;
        std::string status, reason;
    };
    const Case cases[] = {
        {ConnectFault::Kind::no_such_host, "4.4.3", "dns"},
        {ConnectFault::Kind::resolver, "4.4.3", "dns"},
        {ConnectFault::Kind::refused, "4.4.1", "connect"},
        {ConnectFault::Kind::unreachable, "4.4.1", "connect"},
        {ConnectFault::Kind::timed_out, "4.4.1", "connect"},
        {ConnectFault::Kind::tls, "4.7.5", "tls"},
        {ConnectFault::Kind::cancelled, "4.3.2", "local"},
    };
    for (const auto& c : cases) {
        Bench bench;
        bench.hops.fault = ConnectFault{c.kind, "192.0.2.1:587: why"};
        EXPECT_EQ(bench.try_once({}), "451 " + c.status + " 192.0.2.1:587: why (smtp.test:587)");
        EXPECT_EQ(bench.world.events(),
                  std::vector<std::string>{"message.deferred up bob@a.net " + c.reason});
    }
}

TEST(SmartHost, WhatTheNextHopSaysIsKeptWithItsName) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kEhlo).say("250 ok\r\n451 4.7.1 greylisted\r\n503 no\r\n");
    }};
    EXPECT_EQ(bench.try_once({.tls = smtp::TlsPolicy::none}),
              "451 4.7.1 greylisted (smtp.test:587, 192.0.2.7:49152)");
}

TEST(SmartHost, security_04_WithTlsRequiredAStrippedStartTlsDefersAndNothingIsSent) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) { peer.say("220 mx\r\n").say(kEhlo); }};
    EXPECT_TRUE(bench.try_once({.sign_in = bench.ann()}).starts_with("451 4.7.4 "));
    EXPECT_EQ(bench.hops.kept[0]->written(), "EHLO relay.example.org\r\nQUIT\r\n");
    EXPECT_EQ(bench.world.events(), std::vector<std::string>{"message.deferred up bob@a.net tls"});
}

TEST(SmartHost, security_04_AForgedReplyBehindThe220IsNeverFollowedEvenOpportunistically) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kTlsEhlo).say("220 go\r\n250 forged\r\n").start_tls();
    }};
    EXPECT_TRUE(bench.try_once({.tls = smtp::TlsPolicy::opportunistic}).starts_with("451 4.7.0 "));
    EXPECT_EQ(bench.hops.targets.size(), 1u) << "no second try in the clear either";
}

TEST(SmartHost, AHandshakeThatFailsIsTriedInTheClearOnlyIfThatWasAllowed) {
    const auto failing = [](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kTlsEhlo).say("220 go\r\n").fail_tls("no shared cipher");
    };
    Bench opportunistic;
    opportunistic.hops.scripts = {failing, take_message};
    EXPECT_EQ(opportunistic.try_once({.tls = smtp::TlsPolicy::opportunistic}), "gone");

    Bench verified;
    verified.hops.scripts = {failing};
    const auto reply = verified.try_once({});
    EXPECT_TRUE(reply.starts_with("451 4.7.5 ")) << reply;
    EXPECT_NE(reply.find("no shared cipher"), std::string::npos);

    Bench with_password;
    with_password.hops.scripts = {failing};
    EXPECT_TRUE(
        with_password
            .try_once({.tls = smtp::TlsPolicy::opportunistic, .sign_in = with_password.ann()})
            .starts_with("451 4.7.5 "));
}

TEST(SmartHost, AConnectionLostBehindTheDotIsTriedAgainAndSaysWhatThatMeans) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kEhlo).say("250 ok\r\n250 ok\r\n354 go\r\n").stall();
    }};
    EXPECT_TRUE(bench.try_once({.tls = smtp::TlsPolicy::none}).starts_with("451 4.4.2 "));
    EXPECT_EQ(bench.world.audit.events().back().severity, audit::Severity::warning);
}

// What one try brings for ann's message to bob, at a server whose EHLO says this.
Attempt attempt_at(std::string_view ehlo, mail::Body body = mail::Body::seven_bit) {
    RelayWorld world;
    ScriptedHops hops{world.clock};
    hops.scripts = {[&](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(std::string{ehlo}).say("250 ok\r\n250 ok\r\n354 go\r\n");
        peer.say("250 kept\r\n");
    }};
    std::vector<NextHop> hosts;
    hosts.push_back({.host = "smtp.test", .tls = smtp::TlsPolicy::none, .hostname = "us"});
    const auto transport = make_smart_host_transport(std::move(hosts), world.clock, hops.connect());
    const auto id = world.accept({"bob@a.net"});
    Consignment consignment{.id = id};
    consignment.envelope.recipients = {{{"bob", "a.net"}}};
    consignment.envelope.body = body;
    const OpenContent open = [&] { return world.queue.content(id); };
    std::unique_ptr<Session> session;
    return net::run_task(transport->deliver({consignment, open, Deadline::never(), session}));
}

// RFC 3461 §5.2: who reports from here on.
TEST(SmartHost, WhoTakesTheParametersOfRfc3461ReportsFromThereOn) {
    const auto with = attempt_at("250-mx\r\n250-PIPELINING\r\n250 DSN\r\n");
    EXPECT_EQ(with.answers[0].kind, Kind::delivered);
    EXPECT_EQ(with.answers[0].remote_mta, "smtp.test");
    EXPECT_EQ(with.handed_to, queue::HandedTo::hop_with_dsn);
    const auto without = attempt_at(kEhlo);
    EXPECT_EQ(without.answers[0].kind, Kind::delivered);
    EXPECT_EQ(without.handed_to, queue::HandedTo::hop_without_dsn);
}

TEST(SmartHost, WhatWeSayInItsPlaceIsNotTheServersReply) {
    const auto refused = attempt_at(kEhlo, mail::Body::eight_bit_mime);
    EXPECT_EQ(refused.answers[0].kind, Kind::failed);
    EXPECT_TRUE(refused.answers[0].reply.starts_with("554 5.6.3 ")) << refused.answers[0].reply;
    EXPECT_EQ(refused.answers[0].remote_mta, "");
}

TEST(SmartHost, WhoPutsEverybodyOffPassesOnToTheNextInTheSameAttempt) {
    struct Case {
        std::string name;
        std::function<void(net::ScriptedStream&)> first;
    };
    const Case cases[] = {
        {"greeting", [](auto& peer) { peer.say("421 4.3.2 busy\r\n"); }},
        {"greeting for good", [](auto& peer) { peer.say("554 5.7.1 not you\r\n"); }},
        {"EHLO", [](auto& peer) { peer.say("220 mx\r\n").say("451 4.3.0 ill\r\n"); }},
        {"MAIL",
         [](auto& peer) {
             peer.say("220 mx\r\n").say(kEhlo).say("450 4.1.0 no\r\n503 no\r\n503 no\r\n");
         }},
        {"RCPT",
         [](auto& peer) {
             peer.say("220 mx\r\n").say(kEhlo).say("250 ok\r\n451 4.7.1 grey\r\n503 no\r\n");
         }},
        {"before the dot",
         [](auto& peer) {
             peer.say("220 mx\r\n").say(kEhlo).say("250 ok\r\n250 ok\r\n").hang_up();
         }},
    };
    for (const auto& c : cases) {
        Bench bench;
        bench.hops.scripts = {c.first, take_message};
        EXPECT_EQ(bench.try_hosts({"one.test", "two.test", "three.test"}), "gone") << c.name;
        ASSERT_EQ(bench.hops.targets.size(), 2u) << c.name;
        EXPECT_EQ(bench.hops.targets[1].host, "two.test") << c.name;
        EXPECT_EQ(bench.world.events(),
                  std::vector<std::string>{"message.delivered up bob@a.net ok"});
    }
}

TEST(SmartHost, WhoCannotBeReachedPassesOnAndTheLastAnswerOfAServerStays) {
    Bench bench;
    bench.hops.faults_of["one.test"] = {ConnectFault::Kind::refused, "refused"};
    bench.hops.faults_of["two.test"] = {ConnectFault::Kind::no_such_host, "no such host"};
    bench.hops.scripts = {take_message};
    EXPECT_EQ(bench.try_hosts({"one.test", "two.test", "three.test"}), "gone");
    EXPECT_EQ(bench.hops.targets.back().host, "three.test");

    Bench second_down;
    second_down.hops.faults_of["two.test"] = {ConnectFault::Kind::refused, "refused"};
    second_down.hops.scripts = {[](auto& peer) { peer.say("421 4.3.2 busy\r\n"); }};
    EXPECT_EQ(second_down.try_hosts({"one.test", "two.test"}),
              "421 4.3.2 busy (one.test:587, 192.0.2.7:49152)");
}

TEST(SmartHost, NoOtherHostIsTriedBehindALostFinalDotOrADecision) {
    Bench lost;
    lost.hops.scripts = {
        [](auto& peer) {
            peer.say("220 mx\r\n").say(kEhlo).say("250 ok\r\n250 ok\r\n354 go\r\n").stall();
        },
        take_message};
    EXPECT_TRUE(lost.try_hosts({"one.test", "two.test"}).starts_with("451 4.4.2 "));
    EXPECT_EQ(lost.hops.targets.size(), 1u) << "the first may have the message";

    Bench unclear;
    unclear.hops.scripts = {[](auto& peer) {
                                peer.say("220 mx\r\n").say(kEhlo);
                                peer.say("250 ok\r\n250 ok\r\n354 go\r\n").say("kept\r\n");
                            },
                            take_message};
    EXPECT_TRUE(unclear.try_hosts({"one.test", "two.test"}).starts_with("451 4.5.0 "));
    EXPECT_EQ(unclear.hops.targets.size(), 1u) << "so it may here";

    Bench refused;
    refused.hops.scripts = {
        [](auto& peer) {
            peer.say("220 mx\r\n").say(kEhlo).say("250 ok\r\n550 5.1.1 nobody\r\n503 no\r\n");
        },
        take_message};
    EXPECT_EQ(refused.try_hosts({"one.test", "two.test"}), "gone");
    EXPECT_EQ(refused.hops.targets.size(), 1u);
    EXPECT_EQ(refused.world.events(),
              std::vector<std::string>{"message.bounced up bob@a.net remote_5xx"});
}

TEST(SmartHost, TheSourceAddressAndTheNameForEhloAreThoseOfTheRoute) {
    Bench bench;
    bench.hops.scripts = {take_message};
    std::vector<NextHop> one;
    one.push_back({.host = "one.test",
                   .tls = smtp::TlsPolicy::none,
                   .hostname = "out2.example.org",
                   .source = {*parse_ip("192.0.2.99")}});
    EXPECT_EQ(bench.try_all(std::move(one)), "gone");
    EXPECT_EQ(bench.hops.targets[0].source, std::vector{*parse_ip("192.0.2.99")});
    EXPECT_TRUE(bench.hops.kept[0]->written().starts_with("EHLO out2.example.org\r\n"));
}

TEST(SmartHost, security_23_ThePasswordIsInNoReplyAndNoEvent) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kEhlo).say("535 5.7.8 no\r\n");
    }};
    const auto reply = bench.try_once({.port = 465, .implicit_tls = true, .sign_in = bench.ann()});
    EXPECT_TRUE(reply.starts_with("535 5.7.8 no"));
    for (const auto& event : bench.world.audit.events()) {
        EXPECT_EQ((event.detail + event.reason).find("pencil"), std::string::npos);
        EXPECT_EQ(event.detail.find("AGFubgBwZW5jaWw="), std::string::npos);
    }
    EXPECT_EQ(bench.world.events(), std::vector<std::string>{"message.deferred up bob@a.net auth"});
}

}  // namespace
}  // namespace signet::relay

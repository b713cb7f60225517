#include "relay/transport_mx.h"

#include "dns/scripted_resolver.h"
#include "net/run_task.h"
#include "relay/relay_world.h"
#include "relay/scripted_hops.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using dns::exchanger;
using net::ConnectFault;
using Texts = std::vector<std::string>;

// A message on its way to a.net, by whatever DNS says about it.
struct Bench {
    RelayWorld world{};
    ScriptedHops hops{world.clock};
    std::shared_ptr<dns::ScriptedResolver> dns = std::make_shared<dns::ScriptedResolver>();
    MxRules rules{.self = {.names = {dns::named("relay.example.org")}}};
    smtp::TlsPolicy tls = smtp::TlsPolicy::opportunistic;

    // a.net has two hosts with one address each.
    Bench() {
        dns->mail("a.net", {exchanger(20, "mx2.a.net"), exchanger(10, "mx1.a.net")});
        dns->host("mx1.a.net", {"192.0.2.1"}).host("mx2.a.net", {"192.0.2.2"});
    }

    std::shared_ptr<Transport> transport() {
        return make_mx_transport(
            {.hop = {.port = 25, .tls = tls, .hostname = "relay.example.org"}, .rules = rules}, dns,
            world.clock, world.entropy, hops.connect());
    }
    // What the queue says of each recipient behind one try: "gone" if the message left it.
    Texts try_once(const Texts& recipients = {"bob@a.net"}) {
        world.routes.set({{"mx", {{"*"}}, transport()}});
        const auto id = world.accept(recipients, "Subject: x\r\n\r\nbody\r\n", "");
        const auto services = world.services();
        net::run_task(
            deliver(services, world.ways.sessions, std::move(world.claim()[0]), Deadline::never()));
        const auto entry = world.find(id);
        if (!entry) return {"gone"};
        Texts replies;
        for (const auto& status : entry->recipients) replies.push_back(status.last_reply);
        return replies;
    }
    Texts tried() const {
        Texts hosts;
        for (const auto& target : hops.targets) {
            hosts.push_back(target.tls_name + " " + target.host + " " +
                            std::to_string(target.port));
        }
        return hosts;
    }
    void refuse(const std::string& address) {
        hops.faults_of[address] = {ConnectFault::Kind::refused, address + ":25: refused"};
    }
};

// Scripts of a host.
auto greeted(const std::string& greeting) {
    return [greeting](net::ScriptedStream& peer) { peer.say(greeting); };
}
// Two recipients; what it says to MAIL, to each, and to DATA.
auto answers(const std::string& replies, const std::string& last = "") {
    return [replies, last](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kEhlo).say(replies);
        if (!last.empty()) peer.say(last);
    };
}

TEST(MxTransport, the_best_host_gets_the_message_at_the_address_that_was_found) {
    Bench bench;
    bench.hops.scripts = {take_message};
    EXPECT_EQ(bench.try_once(), Texts{"gone"});
    EXPECT_EQ(bench.tried(), Texts{"mx1.a.net 192.0.2.1 25"});
    EXPECT_EQ(bench.dns->asked, (Texts{"a.net MX", "mx1.a.net AAAA", "mx1.a.net A"}));
    EXPECT_TRUE(bench.hops.kept[0]->written().starts_with("EHLO relay.example.org\r\n"));
    EXPECT_NE(bench.hops.kept[0]->written().find("\r\nbody\r\n.\r\n"), std::string::npos);
    EXPECT_EQ(bench.world.events(), Texts{"message.delivered mx bob@a.net ok"});
}

TEST(MxTransport, a_dead_host_is_passed_over) {
    Bench bench;
    bench.refuse("192.0.2.1");
    bench.hops.scripts = {take_message};
    EXPECT_EQ(bench.try_once(), Texts{"gone"});
    EXPECT_EQ(bench.tried(), (Texts{"mx1.a.net 192.0.2.1 25", "mx2.a.net 192.0.2.2 25"}));
    EXPECT_EQ(bench.world.audit.events().back().delivery->next_hop, "mx2.a.net:25");
}

TEST(MxTransport, every_address_of_a_host_is_tried_before_the_next_host) {
    Bench bench;
    bench.dns->host("mx1.a.net", {"192.0.2.1", "192.0.2.11", "2001:db8::1"});
    for (const auto* dead : {"192.0.2.1", "192.0.2.11", "2001:db8::1"}) bench.refuse(dead);
    bench.hops.scripts = {take_message};
    EXPECT_EQ(bench.try_once(), Texts{"gone"});
    EXPECT_EQ(bench.tried(), (Texts{"mx1.a.net 2001:db8::1 25", "mx1.a.net 192.0.2.1 25",
                                    "mx1.a.net 192.0.2.11 25", "mx2.a.net 192.0.2.2 25"}));
}

TEST(MxTransport, a_host_that_is_busy_or_breaks_off_is_passed_over) {
    for (const auto* greeting : {"421 4.3.2 busy\r\n", "554 5.3.2 no service\r\n", "rubbish\r\n"}) {
        Bench bench;
        bench.hops.scripts = {greeted(greeting), take_message};
        EXPECT_EQ(bench.try_once(), Texts{"gone"}) << greeting;
        EXPECT_EQ(bench.hops.targets.size(), 2u);
    }
}

TEST(MxTransport, a_refusal_for_good_is_the_end_whoever_else_there_is) {
    Bench bench;
    bench.hops.scripts = {answers("250 ok\r\n550 5.1.1 no such user\r\n503 no\r\n")};
    EXPECT_EQ(bench.try_once(), Texts{"gone"});
    EXPECT_EQ(bench.hops.targets.size(), 1u);
    EXPECT_EQ(bench.world.events(), Texts{"message.bounced mx bob@a.net remote_5xx"});
}

TEST(MxTransport, whom_a_host_puts_off_while_it_takes_another_waits_for_the_retry) {
    Bench bench;
    bench.hops.scripts = {
        answers("250 ok\r\n250 ok\r\n451 4.7.1 later\r\n354 go\r\n", "250 kept\r\n")};
    EXPECT_EQ(bench.try_once({"ann@a.net", "bob@a.net"}),
              (Texts{"250 kept (mx1.a.net:25, 192.0.2.7:49152)",
                     "451 4.7.1 later (mx1.a.net:25, 192.0.2.7:49152)"}));
    EXPECT_EQ(bench.hops.targets.size(), 1u);
}

TEST(MxTransport, everybody_put_off_goes_to_the_next_host) {
    Bench bench;
    bench.hops.scripts = {
        answers("250 ok\r\n450 4.2.1 busy\r\n451 4.7.1 later\r\n503 no\r\n"),
        answers("250 ok\r\n452 4.2.2 full\r\n250 ok\r\n354 go\r\n", "250 kept\r\n")};
    EXPECT_EQ(bench.try_once({"ann@a.net", "bob@a.net"}),
              (Texts{"452 4.2.2 full (mx2.a.net:25, 192.0.2.7:49152)",
                     "250 kept (mx2.a.net:25, 192.0.2.7:49152)"}));
    EXPECT_EQ(bench.world.audit.events().back().delivery->next_hop, "mx2.a.net:25");
}

TEST(MxTransport, what_a_host_said_outweighs_that_another_is_dead) {
    Bench bench;
    bench.refuse("192.0.2.2");
    bench.hops.scripts = {answers("250 ok\r\n451 4.7.1 greylisted\r\n503 no\r\n")};
    EXPECT_EQ(bench.try_once(), Texts{"451 4.7.1 greylisted (mx1.a.net:25, 192.0.2.7:49152)"});
    EXPECT_EQ(bench.hops.targets.size(), 2u);
    EXPECT_EQ(bench.world.events(), Texts{"message.deferred mx bob@a.net remote_4xx"});
}

TEST(MxTransport, with_all_hosts_dead_the_message_waits) {
    Bench bench;
    bench.refuse("192.0.2.1");
    bench.refuse("192.0.2.2");
    EXPECT_EQ(bench.try_once(), Texts{"451 4.4.1 192.0.2.2:25: refused (mx2.a.net:25)"});
    EXPECT_EQ(bench.world.events(), Texts{"message.deferred mx bob@a.net connect"});
}

TEST(MxTransport, security_26_a_message_that_may_have_arrived_goes_to_no_second_host) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kEhlo).say("250 ok\r\n250 ok\r\n354 go\r\n").stall();
    }};
    EXPECT_TRUE(bench.try_once()[0].starts_with("451 4.4.2 "));
    EXPECT_EQ(bench.hops.targets.size(), 1u);
    EXPECT_EQ(bench.world.audit.events().back().severity, audit::Severity::warning);
}

TEST(MxTransport, security_18_one_attempt_tries_so_much_and_no_more) {
    Bench many_dead;
    std::vector<dns::Mx> all;
    for (std::uint16_t i = 0; i < 10; ++i) {
        const auto name = "h" + std::to_string(i) + ".a.net";
        const auto address = "192.0.2." + std::to_string(100 + i);
        all.push_back(exchanger(i, name));
        many_dead.dns->host(name, {address});
        many_dead.refuse(address);
    }
    many_dead.dns->mail("a.net", all);
    many_dead.try_once();
    EXPECT_EQ(many_dead.hops.targets.size(), kMaxMxConnections);

    Bench many_busy;
    *many_busy.dns = *many_dead.dns;
    const auto busy = greeted("421 4.3.2 busy\r\n");
    many_busy.hops.scripts = {busy, busy, busy, busy};
    many_busy.try_once();
    EXPECT_EQ(many_busy.hops.targets.size(), kMaxMxConversations);
}

TEST(MxTransport, a_dead_end_says_why_and_connects_to_nobody) {
    struct Case {
        std::function<void(dns::ScriptedResolver&)> zone;
        std::string reply, event;
    };
    const Case cases[] = {
        {[](auto& dns) { dns.nowhere("a.net"); }, "gone", "message.bounced mx bob@a.net dns"},
        {[](auto& dns) { dns.mail("a.net", {exchanger(0, ".")}); }, "gone",
         "message.bounced mx bob@a.net dns"},
        {[](auto& dns) { dns.mail("a.net", {exchanger(0, "relay.example.org")}); }, "gone",
         "message.bounced mx bob@a.net dns"},
        {[](auto& dns) { dns.host("mx1.a.net", {}).host("mx2.a.net", {"127.0.0.1"}); }, "gone",
         "message.bounced mx bob@a.net dns"},
        {[](auto& dns) { dns.broken("a.net", dns::Type::mx, dns::Fault::Kind::servfail); },
         "451 4.4.3 the mail exchangers of a.net: servfail", "message.deferred mx bob@a.net dns"},
        {[](auto& dns) { dns.broken("a.net", dns::Type::mx, dns::Fault::Kind::bogus); },
         "451 4.7.5 the mail exchangers of a.net: DNSSEC: bogus",
         "message.deferred mx bob@a.net dns"},
        {[](auto& dns) {
             dns.host("mx2.a.net", {})
                 .broken("mx1.a.net", dns::Type::a, dns::Fault::Kind::timed_out);
             dns.broken("mx1.a.net", dns::Type::aaaa, dns::Fault::Kind::timed_out);
         },
         "451 4.4.3 the address of mx1.a.net: timed_out", "message.deferred mx bob@a.net dns"},
    };
    for (const auto& c : cases) {
        Bench bench;
        c.zone(*bench.dns);
        EXPECT_EQ(bench.try_once(), Texts{c.reply}) << c.event;
        EXPECT_EQ(bench.world.events(), Texts{c.event});
        EXPECT_TRUE(bench.hops.targets.empty());
    }
}

TEST(MxTransport, a_host_that_is_found_is_used_though_a_better_one_is_not) {
    Bench bench;
    bench.dns->broken("mx1.a.net", dns::Type::a, dns::Fault::Kind::servfail)
        .broken("mx1.a.net", dns::Type::aaaa, dns::Fault::Kind::servfail);
    bench.hops.scripts = {take_message};
    EXPECT_EQ(bench.try_once(), Texts{"gone"});
    EXPECT_EQ(bench.tried(), Texts{"mx2.a.net 192.0.2.2 25"});
}

TEST(MxTransport, security_26_behind_ourselves_there_is_no_way) {
    Bench bench;
    bench.rules.self.addresses = {parse_ip("192.0.2.1").value()};
    EXPECT_EQ(bench.try_once(), Texts{"gone"});
    EXPECT_TRUE(bench.hops.targets.empty()) << "mx2 is no better than we are";
    EXPECT_EQ(bench.world.events(), Texts{"message.bounced mx bob@a.net dns"});
}

TEST(MxTransport, without_mx_the_domain_itself_is_tried) {
    Bench bench;
    bench.dns->without_mail("a.net").host("a.net", {"2001:db8::7"});
    bench.hops.scripts = {take_message};
    EXPECT_EQ(bench.try_once(), Texts{"gone"});
    EXPECT_EQ(bench.tried(), Texts{"a.net 2001:db8::7 25"});
}

TEST(MxTransport, what_is_wrong_here_is_wrong_for_every_host) {
    Bench bench;
    bench.hops.scripts = {take_message};
    bench.world.routes.set({{"mx", {{"*"}}, bench.transport()}});
    const auto id = bench.world.accept({"bob@a.net"}, "Subject: x\r\n\r\nbody\r\n", "");
    FailingStore store{bench.world.queue};
    store.contents = {StoreFault::unavailable};
    const auto services = bench.world.services_over(store);
    net::run_task(deliver(services, bench.world.ways.sessions, std::move(bench.world.claim()[0]),
                          Deadline::never()));
    const auto entry = bench.world.find(id);
    ASSERT_TRUE(entry);
    EXPECT_TRUE(entry->recipients[0].last_reply.starts_with("451 4.3.0 "));
    EXPECT_TRUE(bench.hops.targets.empty());
}

TEST(MxTransport, a_drain_ends_it_at_the_first_host) {
    Bench bench;
    bench.hops.fault = {ConnectFault::Kind::cancelled, "192.0.2.1:25: the server stops"};
    EXPECT_EQ(bench.try_once(), Texts{"451 4.3.2 192.0.2.1:25: the server stops (mx1.a.net:25)"});
    EXPECT_EQ(bench.hops.targets.size(), 1u);
}

TEST(MxTransport, a_literal_needs_no_dns) {
    Bench bench;
    bench.hops.scripts = {take_message};
    EXPECT_EQ(bench.try_once({"bob@[192.0.2.9]"}), Texts{"gone"});
    EXPECT_EQ(bench.tried(), Texts{"192.0.2.9 192.0.2.9 25"});
    EXPECT_TRUE(bench.dns->asked.empty());
    EXPECT_EQ(bench.try_once({"bob@[127.0.0.1]"}), Texts{"gone"});
    EXPECT_EQ(bench.hops.targets.size(), 1u);
}

TEST(MxTransport, each_domain_has_its_own_conversation) {
    Bench bench;
    bench.dns->mail("b.net", {exchanger(0, "mx.b.net")}).host("mx.b.net", {"192.0.2.8"});
    bench.hops.scripts = {answers("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", "250 kept\r\n"),
                          take_message};
    EXPECT_EQ(bench.try_once({"ann@a.net", "bob@b.net", "cleo@a.net"}), Texts{"gone"});
    EXPECT_EQ(bench.tried(), (Texts{"mx1.a.net 192.0.2.1 25", "mx.b.net 192.0.2.8 25"}));
    EXPECT_EQ(bench.world.events(), (Texts{"message.delivered mx ann@a.net cleo@a.net ok",
                                           "message.delivered mx bob@b.net ok"}));
}

TEST(MxTransport, tls_that_fails_is_left_out_before_another_host_is_tried) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
                              peer.say("220 mx\r\n")
                                  .say("250-mx\r\n250 STARTTLS\r\n")
                                  .say("220 go\r\n")
                                  .fail_tls("no shared cipher");
                          },
                          take_message};
    EXPECT_EQ(bench.try_once(), Texts{"gone"});
    EXPECT_EQ(bench.tried(), (Texts{"mx1.a.net 192.0.2.1 25", "mx1.a.net 192.0.2.1 25"}));
}

}  // namespace
}  // namespace signet::relay

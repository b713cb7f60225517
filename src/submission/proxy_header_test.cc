#include "submission/proxy_header.h"

#include "net/run_task.h"
#include "net/scripted_stream.h"

#include <gtest/gtest.h>

namespace signet::submission {
namespace {

using namespace std::string_literals;

constexpr auto kLine = "PROXY TCP4 203.0.113.9 198.51.100.1 49152 587\r\n";

// What a session would see.
std::string heard(net::ScriptedStream& stream, const Clock& clock) {
    const auto outcome = net::run_task(hear_proxy(stream, clock));
    if (!outcome) return outcome.error();
    const auto proxy = stream.proxy();
    return stream.peer().text() + " at " + stream.local().text() +
           (proxy ? " by " + proxy->text() : "");
}

TEST(ProxyHeader, the_real_address_counts_from_then_on) {
    ManualClock clock;
    net::ScriptedStream stream{clock};
    stream.trickle(kLine);
    EXPECT_EQ(heard(stream, clock), "203.0.113.9:49152 at 198.51.100.1:587 by 192.0.2.7:49152");
}

TEST(ProxyHeader, not_an_octet_behind_it_is_read) {
    ManualClock clock;
    net::ScriptedStream stream{clock};
    stream.say(kLine + "EHLO client.example\r\n"s);
    heard(stream, clock);
    EXPECT_EQ(*net::run_task(stream.read_some(Deadline::in(clock, std::chrono::seconds{1}))),
              "EHLO client.example\r\n");
}

TEST(ProxyHeader, a_connection_of_the_proxys_own_keeps_its_ends) {
    ManualClock clock;
    net::ScriptedStream stream{clock};
    stream.say("PROXY UNKNOWN\r\n");
    EXPECT_EQ(heard(stream, clock), "192.0.2.7:49152 at 192.0.2.1:587");
}

TEST(ProxyHeader, without_one_there_is_a_reason) {
    ManualClock clock;
    for (const auto& [octets, reason] : {std::pair{"EHLO client.example\r\n", "no_header"},
                                         {"PROXY TCP4 nonsense\r\n", "malformed"}}) {
        net::ScriptedStream stream{clock};
        stream.say(octets);
        EXPECT_EQ(heard(stream, clock), reason);
    }
    net::ScriptedStream silent{clock}, gone{clock};
    silent.stall();
    EXPECT_EQ(heard(silent, clock), "timed_out");
    EXPECT_EQ(heard(gone, clock), "closed");
}

TEST(ProxyHeader, security_06_only_a_trusted_peer_is_a_proxy) {
    const std::vector<IpNetwork> proxies{*parse_network("192.0.2.0/29"),
                                         *parse_network("2001:db8::5")};
    for (const auto* ip : {"192.0.2.7", "2001:db8::5", "::ffff:192.0.2.1"}) {
        EXPECT_TRUE(is_proxy({ip, 1}, proxies)) << ip;
        EXPECT_FALSE(is_proxy({ip, 1}, {})) << ip;
    }
    for (const auto* ip : {"192.0.2.8", "2001:db8::6", "", "fake"}) {
        EXPECT_FALSE(is_proxy({ip, 1}, proxies)) << ip;
    }
}

}  // namespace
}  // namespace signet::submission

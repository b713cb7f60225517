// How fast a client network may come and ask: whole sessions, in virtual time.
#include "submission/client_rate.h"

#include "submission/session_world.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace signet::submission {
namespace {

using namespace std::chrono_literals;
using smtp::Role;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct RateWorld : World {
    std::string come(const std::string& ip, std::string lines = "QUIT\r\n",
                     Role role = Role::submission) {
        reconnect().from({ip, 4'711}).say(std::move(lines));
        return serve(role);
    }
    bool let_in(const std::string& ip) { return come(ip).starts_with("220"); }
};

TEST(ClientRate, one_more_connection_than_the_rate_has_is_421_and_recorded) {
    RateWorld world;
    world.settings.limits.client.connection_rate = {2, 60s};
    EXPECT_TRUE(world.let_in("192.0.2.9"));
    EXPECT_TRUE(world.let_in("192.0.2.9"));
    EXPECT_EQ(world.come("192.0.2.9"),
              "421 4.7.0 mail.test your network connects too often, try again later\r\n");
    EXPECT_EQ(world.end, End::refused);
    EXPECT_EQ(world.event("session.refused")->reason, "connection_rate");
    EXPECT_TRUE(world.let_in("192.0.2.10"));
    world.clock.advance(61s);
    EXPECT_TRUE(world.let_in("192.0.2.9"));
    EXPECT_EQ(world.connections.open(), 0u);
}

TEST(ClientRate, where_tls_comes_first_the_connection_closes_without_a_word) {
    RateWorld world;
    world.settings.limits.client.connection_rate = {1, 60s};
    EXPECT_TRUE(world.let_in("192.0.2.9"));
    EXPECT_EQ(world.come("192.0.2.9", "QUIT\r\n", Role::submissions), "");
    EXPECT_TRUE(world.event("session.refused", "connection_rate"));
}

TEST(ClientRate, security_16_a_host_with_all_of_a_64_is_one_client) {
    RateWorld world;
    world.settings.limits.client.connection_rate = {1, 60s};
    EXPECT_TRUE(world.let_in("2001:db8:0:1::1"));
    EXPECT_FALSE(world.let_in("2001:db8:0:1:ffff::2"));
    EXPECT_TRUE(world.let_in("2001:db8:0:2::1"));
}

TEST(ClientRate, behind_a_proxy_the_real_client_is_counted) {
    RateWorld world;
    world.settings.limits.client.connection_rate = {1, 60s};
    world.proxies = {*parse_network("192.0.2.0/24")};
    const auto by_proxy = [&](const std::string& client) {
        return world.come("192.0.2.5",
                          "PROXY TCP6 " + client + " 2001:db8:f::1 49152 587\r\nQUIT\r\n");
    };
    EXPECT_THAT(by_proxy("2001:db8:0:1::1"), StartsWith("220"));
    EXPECT_THAT(by_proxy("2001:db8:0:1::2"), StartsWith("421 4.7.0"));
    EXPECT_THAT(by_proxy("2001:db8:0:2::1"), StartsWith("220"));
    // Its own connections: how a balancer asks whether we are there.
    for (int i = 0; i < 5; ++i) {
        EXPECT_THAT(world.come("192.0.2.5", "PROXY UNKNOWN\r\nQUIT\r\n"), StartsWith("220"));
    }
}

TEST(ClientRate, this_machine_may_connect_and_ask_as_it_likes) {
    RateWorld world;
    world.settings.limits.client = {
        .connections = 2, .connection_rate = {1, 60s}, .command_rate = {1, 60s}};
    for (const auto* ip : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
        for (int i = 0; i < 3; ++i) {
            EXPECT_THAT(world.come(ip, "NOOP\r\nNOOP\r\nNOOP\r\nQUIT\r\n"),
                        AllOf(StartsWith("220"), Not(HasSubstr("421")), HasSubstr("221 2.0.0")));
        }
    }
    // Unless a proxy says that the client is somewhere else.
    world.proxies = {*parse_network("127.0.0.0/8")};
    const std::string line = "PROXY TCP4 203.0.113.9 127.0.0.1 49152 587\r\nQUIT\r\n";
    EXPECT_THAT(world.come("127.0.0.1", line), StartsWith("220"));
    EXPECT_THAT(world.come("127.0.0.1", line), StartsWith("421"));
}

TEST(ClientRate, one_more_command_than_the_rate_has_is_421_and_the_end) {
    RateWorld world;
    world.settings.limits.client.command_rate = {3, 60s};
    const auto written =
        world.come("192.0.2.9", "EHLO c\r\nNOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\nQUIT\r\n");
    EXPECT_THAT(written, EndsWith("250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n421 4.7.0 mail.test too many "
                                  "commands from your network, try again later\r\n"));
    EXPECT_EQ(world.end, End::refused);
    const auto* event = world.event("session.refused", "command_rate");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->smtp.code, 421);
    EXPECT_EQ(std::ranges::count(world.audit.events(), "session.refused", &audit::Event::event), 1);
    EXPECT_TRUE(world.event("session.close", "refused"));
}

TEST(ClientRate, commands_of_all_sessions_of_a_network_are_counted_together) {
    RateWorld world;
    world.settings.limits.client.command_rate = {3, 60s};
    EXPECT_THAT(world.come("192.0.2.9", "NOOP\r\nNOOP\r\nQUIT\r\n"), HasSubstr("221"));
    EXPECT_THAT(world.come("192.0.2.9", "NOOP\r\nNOOP\r\nQUIT\r\n"), EndsWith("later\r\n"));
    EXPECT_THAT(world.come("192.0.2.10", "NOOP\r\nNOOP\r\nQUIT\r\n"), HasSubstr("221"));
    // Who leaves is not told to leave.
    EXPECT_THAT(world.come("192.0.2.9", "QUIT\r\n"), HasSubstr("221 2.0.0"));
    world.clock.advance(61s);
    EXPECT_THAT(world.come("192.0.2.9", "NOOP\r\nNOOP\r\nQUIT\r\n"), HasSubstr("221"));
}

// Whatever the machine has refused by itself was asked, too.
TEST(ClientRate, commands_that_are_none_count) {
    RateWorld world;
    world.settings.limits.client.command_rate = {2, 60s};
    EXPECT_THAT(world.come("192.0.2.9", "FOO\r\nBAR\r\nBAZ\r\nNOOP\r\nQUIT\r\n"),
                EndsWith("421 4.7.0 mail.test too many commands from your network, try again "
                         "later\r\n"));
}

TEST(ClientRate, a_message_on_its_way_is_not_cut_off) {
    const auto said = [](RateWorld& world, unsigned rate, std::string rest) {
        world.settings.limits.client.command_rate = {rate, 60s};
        world.reconnect().start_tls().say("EHLO c\r\n").say(World::auth_plain("ann", "secret"));
        world.stream->say("MAIL FROM:<ann@example.com>\r\nRCPT TO:<x@example.net>\r\n");
        world.stream->say(std::move(rest)).say("QUIT\r\n");
        return world.serve();
    };
    // So many that RCPT is the last.
    unsigned rate = 1;
    for (; rate < 20; ++rate) {
        RateWorld world;
        const auto written = said(world, rate, "NOOP\r\n");
        if (written.contains("Recipient ok") && written.contains("\r\n421 4.7.0")) break;
    }
    RateWorld world;
    EXPECT_THAT(said(world, rate, "BDAT 12\r\nSubject: x\r\nBDAT 3 LAST\r\n\r\nx"),
                HasSubstr("Queued as"));
    EXPECT_EQ(world.queued().size(), 1u);
    EXPECT_LT(rate, 20u);
}

TEST(ClientRate, none_is_no_limit) {
    RateWorld world;
    world.settings.limits.client.connection_rate = {};
    world.settings.limits.client.command_rate = {};
    for (int i = 0; i < 400; ++i) ASSERT_TRUE(world.let_in("192.0.2.9")) << i;
}

}  // namespace
}  // namespace signet::submission

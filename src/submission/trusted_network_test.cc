#include "submission/trusted_network.h"

#include "base/ip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::submission {
namespace {

settings::Snapshot two_networks() {
    settings::Snapshot settings;
    settings.networks = {
        {.name = "printers",
         .from = {*parse_network("192.168.20.0/24"), *parse_network("2001:db8:20::/48")},
         .listeners = {},
         .send_as = {"scanner@example.com"},
         .recipients = {"example.com"},
         .messages = {7, std::chrono::seconds{60}}},
        {.name = "lab",
         .from = {*parse_network("10.0.0.7")},
         .listeners = {"door-587"},
         .send_as = {"*@lab.example"}}};
    return settings;
}

std::string network_of(std::string ip, std::string listener, smtp::Role role) {
    const Session session{
        .id = {}, .listener = listener, .role = role, .peer = {ip, 9}, .local = {}};
    const auto login = trusted_login(session, two_networks());
    return login ? login->account : "";
}

TEST(TrustedNetwork, is_known_by_its_address_and_on_its_listeners_alone) {
    struct Case {
        std::string ip, listener;
        smtp::Role role;
        std::string network;
    };
    using enum smtp::Role;
    const Case cases[] = {
        {"192.168.20.9", "door-25", mx, "printers"},
        {"192.168.21.9", "door-25", mx, ""},
        {"2001:db8:20::1", "door-25", mx, "printers"},
        {"2001:db8:21::1", "door-25", mx, ""},
        {"192.168.20.9", "door-587", submission, ""},
        {"192.168.20.9", "door-465", submissions, ""},
        {"10.0.0.7", "door-587", submission, "lab"},
        {"10.0.0.7", "door-25", mx, ""},
        {"10.0.0.8", "door-587", submission, ""},
        {"", "door-25", mx, ""},
        {"::ffff:192.168.20.9", "door-25", mx, "printers"},
    };
    for (const auto& c : cases) EXPECT_EQ(network_of(c.ip, c.listener, c.role), c.network) << c.ip;
}

TEST(TrustedNetwork, is_a_login_with_bounds_of_its_own) {
    const Session session{.id = {},
                          .listener = "x",
                          .role = smtp::Role::mx,
                          .peer = {"192.168.20.9", 9},
                          .local = {}};
    const auto login = trusted_login(session, two_networks()).value();
    EXPECT_TRUE(login.is_network());
    EXPECT_EQ(login.method, "NETWORK");
    EXPECT_EQ(login.authcid, "printers");
    EXPECT_TRUE(login.may_send_as({"scanner", "example.com"}));
    EXPECT_FALSE(login.may_send_as({"ann", "example.com"}));
    EXPECT_TRUE(login.may_send_to({"ann", "example.com"}));
    EXPECT_FALSE(login.may_send_to({"ann", "example.net"}));
    EXPECT_EQ(login.limits.messages->count, 7u);
    EXPECT_EQ(login.limits.messages->window, std::chrono::seconds{60});
}

}  // namespace
}  // namespace signet::submission

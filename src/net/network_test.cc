#include "net/network.h"

#include <gtest/gtest.h>

namespace signet::net {
namespace {

// security.md class 16: an attacker with a /64 has 2^64 addresses and is still one client.
TEST(Network, security_16_an_ipv6_client_is_its_slash_64) {
    EXPECT_EQ(client_network({"2001:db8::1", 1}), "2001:db8::/64");
    EXPECT_EQ(client_network({"2001:db8::ffff:1:2:3", 2}), "2001:db8::/64");
    EXPECT_EQ(client_network({"2001:db8:0:1::1", 1}), "2001:db8:0:1::/64");
    EXPECT_EQ(client_network({"::1", 1}), "::/64");
}

TEST(Network, an_ipv4_client_is_its_address) {
    EXPECT_EQ(client_network({"192.0.2.7", 40'000}), "192.0.2.7");
    EXPECT_EQ(client_network({"a test", 0}), "a test");
}

}  // namespace
}  // namespace signet::net

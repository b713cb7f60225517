#include "net/own_addresses.h"

#include <gtest/gtest.h>
#include <algorithm>

namespace signet::net {
namespace {

TEST(OwnAddresses, the_loopback_is_ours_and_a_network_of_documentation_is_not) {
    const auto own = own_addresses();
    EXPECT_EQ(std::ranges::count(own, parse_ip("127.0.0.1").value()), 1);
    EXPECT_EQ(std::ranges::count(own, parse_ip("192.0.2.1").value()), 0);
}

}  // namespace
}  // namespace signet::net

#include "base/ip.h"

#include <gtest/gtest.h>

namespace signet {
namespace {

TEST(Ip, an_address_is_written_in_its_canonical_form) {
    constexpr std::pair<std::string_view, std::string_view> kCases[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // RFC 5952 §4.2.3: the first of equals
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // §4.2.2: one group is not shortened
        {"::", "::"},
        {"::1", "::1"},
        {"fe80::", "fe80::"},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
    };
    for (const auto& [text, canonical] : kCases) {
        const auto address = parse_ip(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->text(), canonical);
        EXPECT_EQ(parse_ip(canonical), address);
    }
}

TEST(Ip, what_is_no_address_is_refused) {
    for (const auto* text : {"",
                             "1.2.3",
                             "1.2.3.4.5",
                             "256.1.1.1",
                             "01.2.3.4",
                             "1.2.3.4 ",
                             "0x7f.0.0.1",
                             ":",
                             ":::",
                             "1::2::3",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1:2:3:4:5:6:7::8:9",
                             "12345::",
                             "g::",
                             "::1%eth0",
                             "[::1]",
                             "::1.2.3",
                             "1.2.3.4::",
                             "1:2:3:4:5:6:7:1.2.3.4"}) {
        EXPECT_FALSE(parse_ip(text)) << text;
    }
}

TEST(Ip, a_network_contains_its_addresses_and_no_other) {
    struct Case {
        std::string_view network, address;
        bool inside;
    };
    constexpr Case kCases[] = {
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.0/24", "::ffff:192.0.2.9", true},
        {"10.0.0.0/8", "10.255.0.1", true},
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.0", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "203.0.113.9", false},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
    };
    for (const auto& each : kCases) {
        const auto network = parse_network(each.network);
        ASSERT_TRUE(network) << each.network;
        EXPECT_EQ(network->contains(*parse_ip(each.address)), each.inside)
            << each.network << " " << each.address;
    }
}

TEST(Ip, what_is_no_network_is_refused) {
    for (const auto* text :
         {"", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/024", "192.0.2.1/24", "::/129",
          "2001:db8::1/64", "192.0.2.0/-1", "192.0.2.0/ 8", "192.0.2.0/24/24", "example.com/8"}) {
        EXPECT_FALSE(parse_network(text)) << text;
    }
}

TEST(Ip, the_network_around_an_address_has_zeros_behind_its_prefix) {
    EXPECT_EQ(network_of(*parse_ip("2001:db8:1:2:3:4:5:6"), 64).text(), "2001:db8:1:2::/64");
    EXPECT_EQ(network_of(*parse_ip("192.0.2.77"), 26).text(), "192.0.2.64/26");
    EXPECT_EQ(network_of(*parse_ip("192.0.2.77"), 32).text(), "192.0.2.77/32");
    EXPECT_EQ(unmapped(*parse_ip("::ffff:192.0.2.1")).text(), "192.0.2.1");
    EXPECT_EQ(unmapped(*parse_ip("::1")).text(), "::1");
}

// security.md class 16: an attacker with a /64 has 2^64 addresses and is still one client.
TEST(Ip, security_16_an_ipv6_client_is_its_slash_64) {
    EXPECT_EQ(client_network("2001:db8::1"), "2001:db8::/64");
    EXPECT_EQ(client_network("2001:db8::ffff:1:2:3"), "2001:db8::/64");
    EXPECT_EQ(client_network("2001:db8:0:1::1"), "2001:db8:0:1::/64");
    EXPECT_EQ(client_network("::1"), "::/64");
}

TEST(Ip, an_ipv4_client_is_its_address) {
    EXPECT_EQ(client_network("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(client_network("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(client_network("a test"), "a test");
}

}  // namespace
}  // namespace signet

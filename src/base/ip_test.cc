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

TEST(Ip, security_15_an_address_of_ours_is_not_public_however_it_is_written) {
    for (const auto* text : {"0.0.0.0",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.1",
                             "127.0.0.1",
                             "127.255.255.254",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.8",
                             "192.168.1.1",
                             "198.19.0.1",
                             "224.0.0.251",
                             "255.255.255.255",
                             "240.0.0.1",
                             "::",
                             "::1",
                             "::7f00:1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "64:ff9b::a00:1",
                             "2002:7f00:1::",
                             "2002:c0a8:101::1",
                             "fc00::1",
                             "fd12:3456::1",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1",
                             "100::1",
                             "64:ff9b:1::1"}) {
        EXPECT_FALSE(is_public(parse_ip(text).value())) << text;
    }
}

TEST(Ip, an_address_of_the_internet_is_public) {
    for (const auto* text :
         {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1",
          "128.0.0.1", "172.15.0.1", "172.32.0.1", "192.0.2.1", "223.255.255.255", "2001:db8::1",
          "2606:4700::1111", "::ffff:192.0.2.1", "64:ff9b::c000:201", "2002:c000:201::1"}) {
        EXPECT_TRUE(is_public(parse_ip(text).value())) << text;
    }
}

}  // namespace
}  // namespace signet

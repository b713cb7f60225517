#include "app/shelter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace signet::app {
namespace {

std::vector<std::string> texts(const std::vector<IpNetwork>& networks) {
    std::vector<std::string> all;
    for (const auto& network : networks) all.push_back(network.text());
    return all;
}

constexpr std::string_view kIpv4 =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT  \n"
    "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0   \n"
    "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0   \n"
    "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0   \n"
    "eth1\t0000000A\t0101A8C0\t0003\t0\t0\t0\t000000FF\t0\t0\t0   \n";
constexpr std::string_view kIpv6 =
    "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "20010db8000000000000000000000001 00000400 00000003 00000000 00000003     eth0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n";

TEST(Shelter, the_routers_of_default_routes_are_gateways) {
    EXPECT_THAT(texts(gateways_in(kIpv4, kIpv6)),
                testing::ElementsAre("172.17.0.1/32", "2001:db8::1/128"));
}

TEST(Shelter, what_is_no_route_is_passed_over) {
    for (const auto* text :
         {"", "\n", "a b c\n", "eth0 00000000 XYZ 0003 0 0 0 00000000 0\n",
          "eth0 00000000 1010011AC 0003 0 0 0 00000000 0",
          "00000000000000000000000000000000 00 0 00 zz010db8000000000000000000000001"}) {
        EXPECT_THAT(gateways_in(text, text), testing::IsEmpty()) << text;
    }
}

TEST(Shelter, has_this_machine_the_proxies_and_whoever_the_settings_name) {
    settings::Snapshot settings;
    settings.listeners = {{.name = "in", .proxies = {*parse_network("198.51.100.0/28")}}};
    settings.guessing.never = {*parse_network("2001:db8:7::/48")};
    const auto shelter = shelter_of(settings);
    for (const auto* address :
         {"127.0.0.1", "127.9.9.9", "::1", "198.51.100.15", "2001:db8:7::9", "::ffff:127.0.0.1"}) {
        EXPECT_TRUE(std::ranges::any_of(shelter, [&](const auto& one) {
            return one.contains(*parse_ip(address));
        })) << address;
    }
    for (const auto* address : {"198.51.100.16", "2001:db8:8::", "::2"}) {
        EXPECT_FALSE(std::ranges::any_of(shelter, [&](const auto& one) {
            return one.contains(*parse_ip(address));
        })) << address;
    }
}

}  // namespace
}  // namespace signet::app

#include "submission/patience.h"

#include <gtest/gtest.h>

namespace signet::submission {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1h};

Patience patience(std::uint64_t rate) {
    return Patience{{.idle = 300s, .data_rate = rate}, kStart};
}

TEST(Patience, security_18_octets_that_make_no_command_buy_no_time) {
    auto client = patience(500);
    EXPECT_EQ(client.deadline().when(), kStart + 300s);
    client.progressed(kStart + 10s);
    EXPECT_EQ(client.deadline().when(), kStart + 310s);
}

TEST(Patience, security_18_content_buys_time_by_its_octets_not_by_its_reads) {
    auto client = patience(500);
    client.progressed(kStart);
    for (int i = 0; i < 300; ++i) client.came(1, kStart + i * 60s);  // an octet a minute
    EXPECT_LT(client.deadline().when(), kStart + 301s);
    client.came(500u * 3'600, kStart + 1h);  // as much as the rate asks for an hour
    EXPECT_GT(client.deadline().when(), kStart + 1h + 300s);
}

TEST(Patience, without_a_rate_any_octet_will_do) {
    auto client = patience(0);
    client.came(1, kStart + 200s);
    EXPECT_EQ(client.deadline().when(), kStart + 500s);
}

TEST(Patience, what_one_message_earned_is_not_left_for_the_next) {
    auto client = patience(500);
    client.came(1u << 30, kStart);
    client.progressed(kStart + 1s);
    EXPECT_EQ(client.deadline().when(), kStart + 301s);
}

}  // namespace
}  // namespace signet::submission

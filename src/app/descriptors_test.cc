#include "app/descriptors.h"

#include <gtest/gtest.h>

namespace signet::app {
namespace {

TEST(Descriptors, as_many_connections_as_are_wanted_or_as_fit) {
    settings::Snapshot settings;
    settings.limits.connections = 10'000;
    settings.queue.delivery_concurrency = 20;
    EXPECT_EQ(connections_that_fit(settings, 1u << 20), 10'000u);
    EXPECT_EQ(connections_that_fit(settings, 1'296), 900u);
    EXPECT_EQ(connections_that_fit(settings, 10), 16u);  // it is tried, and fails where it must
    settings.routes.push_back({.name = "mx", .match = {"*"}, .mx = settings::MxSettings{}});
    EXPECT_EQ(connections_that_fit(settings, 1'296 + 160), 900u);  // DNS holds some, too
    settings.limits.connections = 5;
    EXPECT_EQ(connections_that_fit(settings, 10), 5u);
}

TEST(Descriptors, security_18_the_soft_limit_becomes_the_hard_one) {
    const auto limit = raise_descriptor_limit();
    settings::Snapshot settings;
    settings.limits.connections = 1;
    EXPECT_GT(limit, 0u);
    EXPECT_EQ(connections_that_fit(settings), 1u);
    EXPECT_EQ(raise_descriptor_limit(), limit);
}

}  // namespace
}  // namespace signet::app

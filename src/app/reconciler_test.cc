#include "app/reconciler.h"

#include <gtest/gtest.h>

#include <ctime>

namespace signet::app {
namespace {

using namespace std::chrono_literals;

// Today at that time of the clock on the wall.
WallTime at(int hour, int minute, int second = 0) {
    std::tm local{};
    const std::time_t day = 1'795'500'000;
    ::localtime_r(&day, &local);
    local.tm_hour = hour, local.tm_min = minute, local.tm_sec = second, local.tm_isdst = -1;
    return WallTime{std::chrono::seconds{std::mktime(&local)}};
}

TEST(Reconciler, ItsTimeComesOnceADay) {
    EXPECT_TRUE(came_by(150min, at(2, 29, 50), at(2, 30, 10)));
    EXPECT_TRUE(came_by(150min, at(2, 29, 50), at(2, 30, 0)));
    EXPECT_FALSE(came_by(150min, at(2, 30, 0), at(2, 30, 20)));
    EXPECT_FALSE(came_by(150min, at(2, 29, 20), at(2, 29, 40)));
    EXPECT_TRUE(came_by(0min, at(0, 0) - 5s, at(0, 0) + 15s)) << "at midnight";
    EXPECT_FALSE(came_by(150min, at(2, 0) - 48h, at(3, 0))) << "the machine was asleep";
}

}  // namespace
}  // namespace signet::app

#include "observe/rush.h"

#include <gtest/gtest.h>

namespace signet::observe {
namespace {

using namespace std::chrono_literals;

class RushTest : public ::testing::Test {
protected:
    // So many at once, then a pause.
    void come(std::size_t count, std::chrono::milliseconds pause) {
        rush_.came(count, now_);
        now_ += pause;
    }
    Rush rush_;
    Rush::Time now_{std::chrono::hours{1}};
};

TEST_F(RushTest, AFewAreNone) {
    for (int i = 0; i < 100; ++i) {
        come(1, 2ms);
        EXPECT_FALSE(rush_.is_on(now_));
    }
    come(1'000, 1s);
    come(1, 1ms);
    EXPECT_FALSE(rush_.is_on(now_)) << "many, but long ago";
}

TEST_F(RushTest, AThousandASecondIsOneUntilTheyEnd) {
    for (int i = 0; i < 60; ++i) come(1, 1ms);
    EXPECT_TRUE(rush_.is_on(now_));
    for (int i = 0; i < 20; ++i) come(5, 5ms);
    EXPECT_TRUE(rush_.is_on(now_)) << "gathered, they are as many";
    now_ += 40ms;
    EXPECT_FALSE(rush_.is_on(now_));
    for (int i = 0; i < 20; ++i) come(1, 10ms);
    EXPECT_FALSE(rush_.is_on(now_));
}

}  // namespace
}  // namespace signet::observe

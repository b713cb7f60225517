#include "base/ulid.h"

#include <gtest/gtest.h>

#include <set>

namespace signet {
namespace {

using namespace std::chrono_literals;

TEST(Ulid, sorts_by_time_and_gives_it_back) {
    ManualClock clock;
    SeededEntropy entropy{1};
    UlidSource source{clock, entropy};
    const auto first = source.next();
    clock.advance(1ms);
    const auto second = source.next();
    EXPECT_LT(first, second);
    EXPECT_TRUE(is_ulid(first));
    EXPECT_EQ(time_of_ulid(second), std::chrono::floor<std::chrono::milliseconds>(clock.wall()));
}

// security.md class 28: queue ids are unique though the clock jumps.
TEST(Ulid, security_28_stays_unique_when_the_clock_stands_or_goes_back) {
    ManualClock clock;
    SeededEntropy entropy{2};
    UlidSource source{clock, entropy};
    std::set<Ulid> seen;
    Ulid last;
    for (int i = 0; i < 20'000; ++i) {
        if (i % 1000 == 0) clock.set_wall(clock.wall() - 1h);
        const auto next = source.next();
        EXPECT_GT(next, last);
        last = next;
        seen.insert(next);
    }
    EXPECT_EQ(seen.size(), 20'000u);
}

TEST(Ulid, other_texts_are_told_apart) {
    EXPECT_FALSE(is_ulid(""));
    EXPECT_FALSE(is_ulid("../../etc/passwd"));
    EXPECT_FALSE(is_ulid("81ARZ3NDEKTSV4RRFFQ69G5FAV"));  // more than 128 bits
    EXPECT_FALSE(is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAI"));  // I is not in the alphabet
    EXPECT_TRUE(is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
    EXPECT_FALSE(time_of_ulid("nonsense"));
}

}  // namespace
}  // namespace signet

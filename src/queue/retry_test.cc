#include "queue/retry.h"

#include <gtest/gtest.h>

namespace signet::queue {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kAccepted{1'795'500'000s};
constexpr std::chrono::hours kDay{24};
const RetrySchedule kSchedule{.first = 60s, .max = 4h, .lifetime = 5 * kDay};

struct Life {
    unsigned tries;
    WallTime end;
};

// Every try fails.  `clock` says what the wall clock shows at a true time.
template <class WallClock>
Life live(const RetrySchedule& schedule, WallClock clock) {
    SeededEntropy entropy{1};
    auto true_time = kAccepted;
    for (unsigned tries = 1;; ++tries) {
        const auto now = clock(true_time);
        const auto next = next_try(schedule, tries, kAccepted, now, entropy);
        if (!next) return {tries, true_time};
        true_time += *next - now;
    }
}

TEST(Retry, PausesDoubleUpToTheLongest) {
    const std::chrono::seconds expected[] = {60s,    120s,   240s,    480s,    960s,   1'920s,
                                             3'840s, 7'680s, 14'400s, 14'400s, 14'400s};
    unsigned tries = 0;
    for (const auto pause : expected) EXPECT_EQ(nominal_pause(kSchedule, ++tries), pause) << tries;
    EXPECT_EQ(nominal_pause(kSchedule, 4'000'000'000u), 4h);
    EXPECT_EQ(nominal_pause({.first = 1s, .max = 1s}, 9), 1s);
    EXPECT_EQ(nominal_pause({.first = 9h, .max = 4h}, 1), 4h);
}

TEST(Retry, SaysUntilWhenItTriesButNeverATimeThatIsOver) {
    EXPECT_EQ(given_up_at(kSchedule, kAccepted, kAccepted + 4h), kAccepted + 5 * kDay);
    EXPECT_EQ(given_up_at(kSchedule, kAccepted, kAccepted + 9 * kDay), kAccepted + 9 * kDay);
}

TEST(Retry, ChanceShortensAPauseByUpToAQuarterAndNeverLengthensIt) {
    SeededEntropy entropy{2};
    auto shortest = WallTime::max(), longest = WallTime::min();
    for (int i = 0; i < 10'000; ++i) {
        const auto next = *next_try(kSchedule, 1, kAccepted, kAccepted, entropy);
        shortest = std::min(shortest, next);
        longest = std::max(longest, next);
    }
    EXPECT_GE(shortest, kAccepted + 45s);
    EXPECT_LE(longest, kAccepted + 60s);
    EXPECT_LT(shortest, kAccepted + 46s);  // and the whole range is used
    EXPECT_GT(longest, kAccepted + 59s);
}

TEST(Retry, AMessageThatNobodyTakesIsTriedForItsLifetimeAndThenGivenUp) {
    const auto life = live(kSchedule, [](WallTime t) { return t; });
    EXPECT_GE(life.end, kAccepted + 5 * kDay);
    EXPECT_LE(life.end, kAccepted + 5 * kDay + 4h);
    EXPECT_GT(life.tries, 30u);
    const auto brief =
        live({.first = 1s, .max = 2s, .lifetime = 10s}, [](WallTime t) { return t; });
    EXPECT_GE(brief.end, kAccepted + 10s);
    EXPECT_LE(brief.end, kAccepted + 12s);
}

TEST(Retry, security_27_AClockThatJumpsAheadExpiresNothingByItself) {
    SeededEntropy entropy{3};
    const auto next_year = kAccepted + 400 * kDay;
    for (unsigned tries = 1; tries < 30; ++tries) {
        EXPECT_TRUE(next_try(kSchedule, tries, kAccepted, next_year, entropy)) << tries;
    }
    // Tried from then on, it still gets its whole lifetime.
    const auto life = live(kSchedule, [](WallTime t) { return t + 400 * kDay; });
    EXPECT_GE(life.end, kAccepted + (5 * kDay) * 3 / 4);
}

TEST(Retry, security_27_AClockThatFallsBackKeepsNothingForEver) {
    for (const auto back : {24h, 24h * 400}) {
        const auto life = live(kSchedule, [&](WallTime t) { return t - back; });
        EXPECT_GE(life.end, kAccepted + 5 * kDay) << back.count();
        EXPECT_LE(life.end, kAccepted + 10 * kDay + 4h) << back.count();
    }
}

TEST(Retry, AskingForManyTriesByHandDoesNotShortenALife) {
    SeededEntropy entropy{4};
    EXPECT_TRUE(next_try(kSchedule, 37, kAccepted, kAccepted + 1h, entropy));
    EXPECT_TRUE(next_try(kSchedule, 37, kAccepted, kAccepted + 5 * kDay - 1s, entropy));
    EXPECT_FALSE(next_try(kSchedule, 40, kAccepted, kAccepted + 5 * kDay, entropy));
}

TEST(Retry, TheSameChanceGivesTheSameSchedule) {
    SeededEntropy a{9}, b{9};
    for (unsigned tries = 1; tries < 20; ++tries) {
        EXPECT_EQ(next_try(kSchedule, tries, kAccepted, kAccepted, a),
                  next_try(kSchedule, tries, kAccepted, kAccepted, b));
    }
}

}  // namespace
}  // namespace signet::queue

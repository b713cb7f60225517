#include "limits/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

namespace signet::limits {
namespace {

using namespace std::chrono_literals;

// Behind a boundary of parts, so that what is said of parts is exact.
constexpr SteadyTime kBegin{1'000h};
constexpr Rate kThree{3, 60s};  // parts of a second

TEST(Window, as_many_as_the_rate_has_and_not_one_more) {
    Window window;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(window.take(kThree, 1, kBegin).allowed) << i;
    EXPECT_FALSE(window.take(kThree, 1, kBegin).allowed);
    EXPECT_FALSE(window.room(kThree, 1, kBegin).allowed);
    EXPECT_TRUE(window.room(kThree, 0, kBegin).allowed);
}

TEST(Window, what_is_refused_counts_nothing) {
    Window window;
    EXPECT_TRUE(window.take(kThree, 2, kBegin).allowed);
    EXPECT_FALSE(window.take(kThree, 2, kBegin).allowed);
    EXPECT_TRUE(window.take(kThree, 1, kBegin).allowed);
}

TEST(Window, to_look_counts_nothing) {
    Window window;
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(window.room(kThree, 3, kBegin).allowed);
    EXPECT_TRUE(window.past(kBegin));
}

// It counts for the whole window, and for the part in which it came.
TEST(Window, a_place_comes_free_after_the_window_and_at_most_a_part_later) {
    for (const auto into : {0us, 1us, 500'000us, 999'999us}) {
        const auto taken = kBegin + into;
        const auto at = [&](std::chrono::microseconds later) {
            Window window;
            EXPECT_TRUE(window.take(kThree, 3, taken).allowed);
            return window.take(kThree, 1, taken + later).allowed;
        };
        EXPECT_FALSE(at(59s)) << into;
        EXPECT_FALSE(at(60s - 1us)) << into;
        EXPECT_FALSE(at(61s - into - 1us)) << into;
        EXPECT_TRUE(at(61s - into)) << into;
        EXPECT_TRUE(at(61s)) << into;
    }
}

TEST(Window, says_when_to_come_again_and_keeps_its_word) {
    Window window;
    EXPECT_TRUE(window.take(kThree, 1, kBegin).allowed);
    EXPECT_TRUE(window.take(kThree, 2, kBegin + 10s).allowed);
    struct Row {
        std::uint64_t count;
        std::chrono::seconds wait;
    };
    const auto now = kBegin + 20s;
    for (const auto& [count, wait] : {Row{1, 41s}, {2, 51s}, {3, 51s}, {4, 60s}}) {
        auto copy = window;
        const auto refused = copy.take(kThree, count, now);
        EXPECT_FALSE(refused.allowed) << count;
        EXPECT_EQ(refused.retry_after, wait) << count;
        EXPECT_EQ(copy.take(kThree, count, now + wait).allowed, count <= 3) << count;
        if (count <= 3) {
            auto sooner = window;
            EXPECT_FALSE(sooner.take(kThree, count, now + wait - 1us).allowed) << count;
        }
    }
}

TEST(Window, what_is_given_back_was_never_taken_and_nothing_else_is_given) {
    Window window;
    const auto first = window.take(kThree, 2, kBegin);
    const auto second = window.take(kThree, 1, kBegin + 30s);
    EXPECT_NE(first.place, second.place);
    window.give_back(1, second.place);
    EXPECT_TRUE(window.take(kThree, 1, kBegin + 31s).allowed);
    EXPECT_FALSE(window.take(kThree, 1, kBegin + 31s).allowed);
    window.give_back(5, first.place);  // no more than is there
    EXPECT_TRUE(window.room(kThree, 2, kBegin + 31s).allowed);
    EXPECT_FALSE(window.room(kThree, 3, kBegin + 31s).allowed);
    window.give_back(1, first.place);  // it is empty: nobody else's is given
    window.give_back(1, 7);
    EXPECT_FALSE(window.room(kThree, 3, kBegin + 31s).allowed);
}

TEST(Window, what_comes_in_one_part_is_one_number) {
    Window window;
    std::int64_t place = 0;
    for (int i = 0; i < 3; ++i) place = window.take(kThree, 1, kBegin + i * 300ms).place;
    window.give_back(3, place);
    EXPECT_TRUE(window.past(kBegin + 1s));
    EXPECT_TRUE(window.room(kThree, 3, kBegin + 1s).allowed);
}

TEST(Window, is_past_when_nothing_counts_any_more) {
    Window window;
    EXPECT_TRUE(window.past(kBegin));
    window.take(kThree, 1, kBegin);
    EXPECT_FALSE(window.past(kBegin + 61s - 1us));
    EXPECT_TRUE(window.past(kBegin + 61s));
}

TEST(Window, another_count_holds_at_once_with_what_was_counted) {
    Window window;
    EXPECT_TRUE(window.take(kThree, 3, kBegin).allowed);
    EXPECT_TRUE(window.take(Rate{5, 60s}, 2, kBegin).allowed);
    EXPECT_FALSE(window.take(Rate{5, 60s}, 1, kBegin).allowed);
    EXPECT_FALSE(window.take(Rate{1, 60s}, 1, kBegin).allowed);
}

TEST(Window, another_window_keeps_what_was_counted_and_not_for_less_than_it_asks) {
    Window window;
    EXPECT_TRUE(window.take(kThree, 3, kBegin).allowed);
    const Rate hour{3, 3'600s};
    EXPECT_FALSE(window.take(hour, 1, kBegin + 59s).allowed);
    EXPECT_FALSE(window.take(hour, 1, kBegin + 3'599s).allowed);
    EXPECT_TRUE(window.take(hour, 1, kBegin + 3'600s + 61s).allowed);

    Window shorter;
    EXPECT_TRUE(shorter.take(hour, 3, kBegin).allowed);
    EXPECT_FALSE(shorter.take(kThree, 1, kBegin + 59s).allowed);
    EXPECT_TRUE(shorter.take(kThree, 1, kBegin + 60s + 61s + 1s).allowed);

    Window newest;  // of two in one part it counts
    EXPECT_TRUE(newest.take(hour, 1, kBegin).allowed);
    EXPECT_TRUE(newest.take(hour, 2, kBegin + 58s).allowed);
    EXPECT_FALSE(newest.take(kThree, 1, kBegin + 58s + 59s).allowed);
    EXPECT_TRUE(newest.take(kThree, 1, kBegin + 58s + 61s).allowed);
}

// After a reload sessions that began before it go on with the old settings.
TEST(Window, two_rates_that_take_turns_hold_nobody_for_longer) {
    const Rate longer{3, 427s};
    Window window;
    EXPECT_TRUE(window.take(kThree, 3, kBegin).allowed);
    for (auto now = kBegin; now < kBegin + 60s; now += 1s) {
        ASSERT_FALSE(window.room(longer, 1, now).allowed);
        ASSERT_FALSE(window.room(kThree, 1, now).allowed);
    }
    EXPECT_TRUE(window.room(kThree, 3, kBegin + 61s).allowed);
}

TEST(Window, a_thread_with_an_older_time_counts_in_the_newest_part) {
    Window window;
    EXPECT_TRUE(window.take(kThree, 1, kBegin + 1s).allowed);
    EXPECT_TRUE(window.take(kThree, 2, kBegin + 999ms).allowed);
    EXPECT_FALSE(window.take(kThree, 1, kBegin + 999ms).allowed);
    EXPECT_FALSE(window.take(kThree, 1, kBegin + 61s).allowed);
    EXPECT_TRUE(window.take(kThree, 1, kBegin + 62s).allowed);
}

// Against a log of every one of them: in no stretch of the window's length are there more, and what
// is refused would have been too much a part later.
TEST(Window, holds_for_every_stretch_of_time) {
    std::mt19937 random{1};
    for (const Rate rate : {Rate{5, 1s}, Rate{20, 7s}, Rate{100, 60s}, Rate{3, 3'601s}}) {
        Window window;
        std::deque<SteadyTime> log;
        auto now = kBegin + std::chrono::microseconds{random() % 1'000'000};
        const auto step = std::chrono::microseconds{rate.window} / rate.count;
        const auto part = std::chrono::microseconds{rate.window} / Window::kParts + 61us;
        for (int i = 0; i < 5'000; ++i) {
            now += std::chrono::microseconds{random() % static_cast<unsigned>(step.count())};
            const auto since = [&](SteadyTime begin) {
                return static_cast<std::uint64_t>(
                    std::ranges::count_if(log, [&](SteadyTime time) { return time > begin; }));
            };
            if (window.take(rate, 1, now).allowed) {
                log.push_back(now);
                ASSERT_LE(since(now - rate.window), rate.count) << "too many";
            } else {
                ASSERT_GE(since(now - rate.window - part), rate.count) << "refused too soon";
            }
            while (!log.empty() && log.front() < now - 2 * rate.window) log.pop_front();
        }
    }
}

}  // namespace
}  // namespace signet::limits

#include "store/store_gate.h"

#include "net/io_threads.h"
#include "net/run_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace signet::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Answer = Result<int, StoreFault>;

// A store that answers as it is told, or keeps whoever asks until he is let go.
class StoreGateTest : public testing::Test {
protected:
    ManualClock clock_;
    std::vector<std::string> seen_;
    StoreGate gate_{{.name = "far",
                     .timeout = 5s,
                     .width = 2,
                     .waiting = 2,
                     .breaker = {.faults = 3, .rest = 10s}},
                    clock_,
                    {.ended = [this](CallEnd end, auto) { seen_.emplace_back(name(end)); },
                     .turned = [this](bool up) { seen_.emplace_back(up ? "up" : "down"); }}};

    Answer ask(Answer answer, std::chrono::seconds takes = 0s,
               std::chrono::seconds patience = 60s) {
        return net::run_task(gate_.through<int>(Deadline::in(clock_, patience),
                                                [&](Deadline deadline) -> Task<Answer> {
                                                    until_ = deadline.when() - clock_.steady();
                                                    clock_.advance(takes);
                                                    co_return answer;
                                                }));
    }
    void break_it() {
        for (int i = 0; i < 3; ++i) (void)ask(fail(StoreFault::unavailable));
        seen_.clear();
    }
    // Stays inside until let_go() of its turn.
    Task<void> stay(std::string visitor, std::vector<std::string>& ends) {
        const auto answer =
            co_await gate_.through<int>(Deadline::in(clock_, 60s), [&](Deadline) -> Task<Answer> {
                inside_.push_back(visitor);
                co_await net::suspend_until_woken(
                    [&](net::Wakeup wakeup) { kept_.push_back(std::move(wakeup)); });
                if (failing_) co_return fail(StoreFault::unavailable);
                co_return 1;
            });
        ends.push_back(visitor + (answer ? " in" : " " + std::string{name(answer.error())}));
    }
    Task<void> let_go(std::size_t visitors, const std::vector<std::string>& ends) {
        while (ends.size() < visitors) {
            for (int i = 0; i < 4; ++i) {
                co_await net::suspend_until_woken([](net::Wakeup next) { next(); });
            }
            if (kept_.empty()) continue;
            auto wakeup = std::move(kept_.front());
            kept_.erase(kept_.begin());
            wakeup();
        }
    }
    std::vector<std::string> crowd(std::size_t size) {
        std::vector<std::string> ends;
        std::vector<Task<void>> visits;
        for (std::size_t i = 1; i <= size; ++i) visits.push_back(stay(std::to_string(i), ends));
        visits.push_back(let_go(size, ends));
        net::run_tasks(std::move(visits));
        return ends;
    }

    SteadyTime::duration until_{};
    std::vector<std::string> inside_;
    std::vector<net::Wakeup> kept_;
    bool failing_ = false;
};

TEST_F(StoreGateTest, an_answer_comes_through_and_its_time_is_bounded) {
    EXPECT_EQ(ask(7), Answer{7});
    EXPECT_EQ(until_, 5s);
    EXPECT_EQ(ask(8, 0s, 2s), Answer{8});
    EXPECT_EQ(until_, 2s);
    EXPECT_THAT(seen_, ElementsAre("answered", "answered"));
}

TEST_F(StoreGateTest, after_three_faults_nobody_asks_until_it_has_rested) {
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(ask(fail(StoreFault::unavailable)));
    EXPECT_EQ(ask(7), Answer{fail(StoreFault::unavailable)});
    EXPECT_THAT(seen_,
                ElementsAre("unavailable", "unavailable", "unavailable", "down", "turned_away"));
    seen_.clear();
    clock_.advance(10s);
    EXPECT_EQ(ask(7), Answer{7});
    EXPECT_THAT(seen_, ElementsAre("answered", "up"));
}

TEST_F(StoreGateTest, a_probe_that_fails_is_no_second_alarm) {
    break_it();
    clock_.advance(10s);
    EXPECT_FALSE(ask(fail(StoreFault::unavailable)));
    EXPECT_FALSE(ask(7));
    EXPECT_THAT(seen_, ElementsAre("unavailable", "turned_away"));
}

TEST_F(StoreGateTest, its_own_timeout_counts_against_the_store) {
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(ask(fail(StoreFault::deadline), 5s));
    EXPECT_EQ(gate_.state(), limits::Breaker::State::open);
}

TEST_F(StoreGateTest, the_haste_of_a_client_does_not) {
    for (int i = 0; i < 9; ++i) EXPECT_FALSE(ask(fail(StoreFault::deadline), 1s, 1s));
    EXPECT_EQ(gate_.state(), limits::Breaker::State::closed);
}

TEST_F(StoreGateTest, what_is_there_and_of_no_use_is_not_down) {
    for (int i = 0; i < 9; ++i)
        EXPECT_EQ(ask(fail(StoreFault::corrupt)).error(), StoreFault::corrupt);
    EXPECT_EQ(gate_.state(), limits::Breaker::State::closed);
}

TEST_F(StoreGateTest, who_has_no_time_left_does_not_ask) {
    EXPECT_EQ(ask(7, 0s, 0s), Answer{fail(StoreFault::deadline)});
    EXPECT_THAT(seen_, ElementsAre("turned_away"));
}

TEST_F(StoreGateTest, two_go_in_two_wait_and_the_fifth_is_turned_away) {
    EXPECT_THAT(crowd(5), ElementsAre("5 unavailable", "1 in", "2 in", "3 in", "4 in"));
    EXPECT_THAT(inside_, ElementsAre("1", "2", "3", "4"));
}

TEST_F(StoreGateTest, who_waits_while_it_opens_is_turned_away) {
    failing_ = true;
    (void)ask(fail(StoreFault::unavailable));
    (void)ask(fail(StoreFault::unavailable));
    EXPECT_THAT(crowd(4), testing::SizeIs(4));
    EXPECT_THAT(inside_, ElementsAre("1", "2"));
    EXPECT_EQ(ask(7), Answer{fail(StoreFault::unavailable)});
    clock_.advance(10s);
    EXPECT_EQ(ask(7), Answer{7});  // every place was given back
    EXPECT_EQ(ask(7), Answer{7});
}

TEST(StoreGate, keeps_its_width_on_every_thread) {
    constexpr int kVisits = 2'000;
    constexpr unsigned kThreads = 4;
    ManualClock clock;
    std::atomic<int> inside = 0, most = 0, left = 0;
    StoreGate gate{{.name = "far", .width = 2, .waiting = kVisits}, clock, {}};
    net::IoThreads io{kThreads};
    const auto visit = [&]() -> Task<void> {
        (void)co_await gate.through<int>(Deadline::never(), [&](Deadline) -> Task<Answer> {
            const int now = ++inside;
            for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
            }
            co_await net::suspend_until_woken([](net::Wakeup wakeup) { wakeup(); });
            --inside;
            co_return 1;
        });
        ++left;
    };
    for (unsigned i = 0; i < kVisits; ++i) io.spawn(i % kThreads, visit());
    io.start();
    while (left < kVisits) std::this_thread::yield();
    io.stop();
    EXPECT_EQ(inside, 0);
    EXPECT_LE(most, 2);
}

}  // namespace
}  // namespace signet::store

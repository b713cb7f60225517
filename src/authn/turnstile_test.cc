#include "authn/turnstile.h"

#include "net/io_threads.h"
#include "net/run_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>
#include <vector>

namespace signet::authn {
namespace {

using testing::ElementsAre;

// Each visitor goes in, says so, stays until the door of the test opens, and leaves.
class TurnstileTest : public testing::Test {
protected:
    Task<void> visit(std::string network, std::string name) {
        const auto place = co_await turnstile_.enter(network, 2);
        entered_.push_back(name);
        ++inside_[network];
        most_[network] = std::max(most_[network], inside_[network]);
        co_await net::suspend_until_woken(
            [&](net::Wakeup wakeup) { stays_.push_back(std::move(wakeup)); });
        --inside_[network];
        ++left_;
    }
    // Lets out whoever is inside, one at a time, until all have left.
    Task<void> open_door(std::size_t visitors) {
        while (left_ < visitors) {
            for (int i = 0; i < 4; ++i) {  // whoever may goes in
                co_await net::suspend_until_woken([](net::Wakeup next) { next(); });
            }
            if (stays_.empty()) continue;
            auto wakeup = std::move(stays_.front());
            stays_.erase(stays_.begin());
            wakeup();
        }
    }
    void run(std::vector<Task<void>> visits) {
        visits.push_back(open_door(visits.size()));
        net::run_tasks(std::move(visits));
    }

    Turnstile turnstile_;
    std::vector<std::string> entered_;
    std::vector<net::Wakeup> stays_;
    std::map<std::string, int> inside_, most_;
    std::size_t left_ = 0;
};

TEST_F(TurnstileTest, lets_so_many_in_and_the_others_in_their_order) {
    std::vector<Task<void>> visits;
    for (const auto* name : {"1", "2", "3", "4", "5"}) visits.push_back(visit("net", name));
    run(std::move(visits));
    EXPECT_THAT(entered_, ElementsAre("1", "2", "3", "4", "5"));
    EXPECT_EQ(most_["net"], 2);
    EXPECT_EQ(inside_["net"], 0);
}

TEST_F(TurnstileTest, other_networks_pass_by) {
    std::vector<Task<void>> visits;
    for (const auto* name : {"1", "2", "3", "4"}) visits.push_back(visit("guesser", name));
    visits.push_back(visit("office", "ann"));
    run(std::move(visits));
    EXPECT_THAT(entered_, ElementsAre("1", "2", "ann", "3", "4"));
    EXPECT_EQ(most_["guesser"], 2);
}

TEST_F(TurnstileTest, a_place_is_given_back_once) {
    for (int i = 0; i < 10; ++i) {
        net::run_task([](Turnstile& turnstile) -> Task<int> {
            auto first = co_await turnstile.enter("net", 2);
            const auto moved = std::move(first);
            const auto second = co_await turnstile.enter("net", 2);
            co_return 0;
        }(turnstile_));
    }
}

// On all I/O threads at once, as sessions are.
TEST(Turnstile, keeps_its_width_on_every_thread) {
    constexpr int kVisits = 2'000;
    constexpr unsigned kThreads = 4;
    Turnstile turnstile;
    std::atomic<int> inside = 0, most = 0, left = 0;
    net::IoThreads io{kThreads};
    const auto visit = [&]() -> Task<void> {
        const auto place = co_await turnstile.enter("net", 2);
        const int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        co_await net::suspend_until_woken([](net::Wakeup wakeup) { wakeup(); });
        --inside;
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
}  // namespace signet::authn

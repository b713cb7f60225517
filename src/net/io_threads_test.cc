#include "net/io_threads.h"

#include "net/timer.h"

#include <gtest/gtest.h>
#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace signet::net {
namespace {

using namespace std::chrono_literals;

TEST(IoThreads, EachTaskRunsOnTheThreadOfItsLoop) {
    IoThreads io(3);
    ASSERT_EQ(io.size(), 3u);
    std::mutex mutex;
    std::array<std::set<std::thread::id>, 3> seen;
    for (unsigned i = 0; i < 30; ++i) {
        io.spawn(i % 3, [&, i]() -> Task<void> {
            for (int turn = 0; turn < 3; ++turn) {
                {
                    const std::lock_guard lock(mutex);
                    seen[i % 3].insert(std::this_thread::get_id());
                }
                co_await sleep_for(1ms);
            }
        });
    }
    io.start();
    while (io.tasks() > 0) std::this_thread::yield();
    std::set<std::thread::id> all;
    for (const auto& ids : seen) {
        EXPECT_EQ(ids.size(), 1u);
        all.insert(ids.begin(), ids.end());
    }
    EXPECT_EQ(all.size(), 3u);
}

TEST(IoThreads, HasAThreadForEachCoreByDefault) {
    EXPECT_EQ(IoThreads{}.size(), std::max(1u, std::thread::hardware_concurrency()));
}

TEST(IoThreads, ADrainWakesSleepersAndWaitsForTheRest) {
    IoThreads io(2);
    std::atomic<int> woken = 0, finished = 0;
    for (unsigned i = 0; i < 2; ++i) {
        io.spawn(i, [&]() -> Task<void> {
            EXPECT_FALSE(co_await sleep_for(1h));
            EXPECT_FALSE(co_await sleep_for(1h));
            ++woken;
        });
        io.post(i, [&] { ++finished; });
    }
    io.start();
    EXPECT_TRUE(io.drain(20s));
    EXPECT_EQ(woken, 2);
    EXPECT_EQ(finished, 2);
    EXPECT_EQ(io.tasks(), 0u);
}

TEST(IoThreads, StopDropsWhatIsLeft) {
    auto held = std::make_shared<int>(1);
    {
        IoThreads io(1);
        io.spawn(0, [held]() -> Task<void> { co_await sleep_for(1h); });
        io.start();
        EXPECT_EQ(io.tasks(), 1u);
    }
    EXPECT_EQ(held.use_count(), 1);
}

TEST(IoThreadsDeathTest, AnExceptionThatLeavesATaskEndsTheProcess) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(
        {
            IoThreads io(1);
            io.spawn(0, []() -> Task<void> {
                throw std::runtime_error("lost");
                co_return;
            });
            io.start();
            while (io.tasks() > 0) std::this_thread::yield();
        },
        "signet: lost.*a task lets no exception out");
}

}  // namespace
}  // namespace signet::net

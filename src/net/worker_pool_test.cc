#include "net/worker_pool.h"

#include "net/run_task.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace signet::net {
namespace {

using namespace std::chrono_literals;

// Holds threads of a pool until it is opened.
class Gate {
public:
    void pass() {
        std::unique_lock lock(mutex_);
        ++arrived_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void wait_for(unsigned arrived) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return arrived_ >= arrived; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    unsigned arrived_ = 0;
    bool open_ = false;
};

TEST(WorkerPool, RunsElsewhereAndResumesHere) {
    WorkerPool pool({});
    const auto home = std::this_thread::get_id();
    std::thread::id worked{}, resumed{};
    const bool ran =
        run_task([](WorkerPool& p, std::thread::id& in, std::thread::id& after) -> Task<bool> {
            const bool done = co_await p.run([&in] { in = std::this_thread::get_id(); });
            after = std::this_thread::get_id();
            co_return done;
        }(pool, worked, resumed));
    EXPECT_TRUE(ran);
    EXPECT_NE(worked, home);
    EXPECT_EQ(resumed, home);
}

TEST(WorkerPool, ItsThreadsHaveTheNameAndPriorityAskedFor) {
    WorkerPool pool({.name = "hash", .nice = 10});
    char name[16] = {};
    int nice = 0;
    run_task([](WorkerPool& p, char* out, int& level) -> Task<void> {
        co_await p.run([out, &level] {
            ::pthread_getname_np(::pthread_self(), out, 16);
            level = ::getpriority(PRIO_PROCESS, 0);
        });
    }(pool, name, nice));
    EXPECT_STREQ(name, "hash");
    EXPECT_GE(nice, 10);
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), ::getpriority(PRIO_PROCESS, ::getpid()));
}

TEST(WorkerPool, RefusesBeyondItsQueueAndTheWorkIsNotRun) {
    Gate gate;
    std::atomic<int> ran = 0;
    {
        WorkerPool pool({.queue_length = 2, .max_wait = 0ms});
        ASSERT_TRUE(pool.post([&] { gate.pass(); }));
        gate.wait_for(1);
        EXPECT_TRUE(pool.post([&] { ++ran; }));
        EXPECT_TRUE(pool.post([&] { ++ran; }));
        EXPECT_FALSE(pool.post([&] { ran += 100; }));
        EXPECT_FALSE(run_task(pool.run([&] { ran += 100; })));
        EXPECT_EQ(pool.waiting(), 2u);
        gate.open();
    }
    EXPECT_EQ(ran, 2);
}

TEST(WorkerPool, RefusesWhatWouldWaitTooLong) {
    Gate gate;
    WorkerPool pool({.max_wait = 50ms});
    // One job teaches the pool that a job takes 30 ms; with one running, two would wait 60.
    ASSERT_TRUE(run_task(pool.run([] { std::this_thread::sleep_for(30ms); })));
    while (!pool.post([&] { gate.pass(); })) std::this_thread::yield();
    gate.wait_for(1);
    unsigned taken = 0;
    while (taken < 10 && pool.post([] {})) ++taken;
    EXPECT_LE(taken, 1u);
    gate.open();
}

TEST(WorkerPool, AnIdleThreadTakesWorkHoweverLongTheLastTook) {
    WorkerPool pool({.max_wait = 1ms});
    ASSERT_TRUE(run_task(pool.run([] { std::this_thread::sleep_for(20ms); })));
    while (!run_task(pool.run([] {}))) std::this_thread::yield();
}

TEST(WorkerPool, DestructionFinishesWhatIsQueued) {
    std::atomic<int> ran = 0;
    {
        WorkerPool pool({.threads = 3});
        for (int i = 0; i < 500; ++i) ASSERT_TRUE(pool.post([&] { ++ran; }));
    }
    EXPECT_EQ(ran, 500);
}

TEST(WorkerPool, ManyCallersOnOneLoopEachGetTheirOwnAnswer) {
    WorkerPool pool({.threads = 4});
    std::vector<int> squares(200);
    std::vector<Task<void>> tasks;
    const auto square = [](WorkerPool& p, int i, int& out) -> Task<void> {
        co_await p.run([i, &out] { out = i * i; });
    };
    for (int i = 0; i < 200; ++i) {
        tasks.push_back(square(pool, i, squares[static_cast<std::size_t>(i)]));
    }
    run_tasks(std::move(tasks));
    for (int i = 0; i < 200; ++i) EXPECT_EQ(squares[static_cast<std::size_t>(i)], i * i);
}

}  // namespace
}  // namespace signet::net

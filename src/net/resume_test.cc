#include "net/resume.h"

#include "net/run_task.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <thread>

namespace signet::net {
namespace {

TEST(Suspend, GoesOnWhereItWasWithTheValueOfAnotherThread) {
    std::thread other;
    const auto here = std::this_thread::get_id();
    run_task([](std::thread& thread, std::thread::id home) -> Task<void> {
        const auto text = co_await suspend<std::string>([&](Resume<std::string> resume) {
            thread = std::thread(
                [resume = std::move(resume)]() mutable { resume("from the other thread"); });
        });
        EXPECT_EQ(text, "from the other thread");
        EXPECT_EQ(std::this_thread::get_id(), home);
    }(other, here));
    other.join();
}

TEST(Suspend, MayBeWokenBeforeItIsAsleep) {
    const auto value = run_task(suspend<int>([](Resume<int> resume) { resume(7); }));
    EXPECT_EQ(value, 7);
}

TEST(Suspend, CarriesWhatCanOnlyBeMoved) {
    auto value = run_task(suspend<std::unique_ptr<int>>(
        [](Resume<std::unique_ptr<int>> resume) { resume(std::make_unique<int>(3)); }));
    EXPECT_EQ(*value, 3);
}

TEST(Suspend, ManyWakeInTheOrderTheyWereCalled) {
    std::vector<Resume<int>> sleepers;
    std::vector<int> woken;
    std::vector<Task<void>> tasks;
    const auto sleep = [](std::vector<Resume<int>>& all, std::vector<int>& out) -> Task<void> {
        out.push_back(co_await suspend<int>(
            [&all](Resume<int> resume) { all.push_back(std::move(resume)); }));
    };
    for (int i = 0; i < 100; ++i) tasks.push_back(sleep(sleepers, woken));
    tasks.push_back([](std::vector<Resume<int>>& all) -> Task<void> {
        for (int i = 99; i >= 0; --i) all[static_cast<std::size_t>(i)](i);
        co_return;
    }(sleepers));
    run_tasks(std::move(tasks));
    ASSERT_EQ(woken.size(), 100u);
    EXPECT_EQ(woken.front(), 99);
    EXPECT_EQ(woken.back(), 0);
}

using SuspendDeathTest = ::testing::Test;

TEST(SuspendDeathTest, ALostWakeupEndsTheProcess) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(
        run_task(suspend<int>([](Resume<int> resume) { const auto lost = std::move(resume); })),
        "a Wakeup is called before it dies");
}

TEST(RunTask, ThrowsWhatTheTaskThrows) {
    EXPECT_THROW(run_task([]() -> Task<int> {
                     throw std::runtime_error("no");
                     co_return 1;
                 }()),
                 std::runtime_error);
}

}  // namespace
}  // namespace signet::net

#include "net/together.h"

#include "net/fake_pipe.h"
#include "net/run_task.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace signet::net {
namespace {

Task<void> say(std::string& said, char what) {
    said += what;
    co_return;
}

Task<void> listen(Stream& stream, std::string& said) {
    const auto heard = co_await stream.read_some(Deadline::never());
    if (heard) said += *heard;
}

Task<void> speak(Stream& stream, std::string& said) {
    said += '<';
    (void)co_await stream.write("x", Deadline::never());
    said += '>';
}

Task<void> fail_at_once() {
    throw std::runtime_error("no");
    co_return;
}

TEST(Together, NobodyIsWaitedFor) { run_task(together({})); }

TEST(Together, EachRunsToItsEnd) {
    std::string said;
    std::vector<Task<void>> tasks;
    for (const char what : {'a', 'b', 'c'}) tasks.push_back(say(said, what));
    run_task(together(std::move(tasks)));
    EXPECT_EQ(said.size(), 3u);
}

// One waits for what another one does: they are under way at the same time.
TEST(Together, OneMayWaitForAnother) {
    ManualClock clock;
    auto pipe = make_pipe(clock);
    std::string said;
    std::vector<Task<void>> tasks;
    tasks.push_back(listen(*pipe.client, said));
    tasks.push_back(speak(*pipe.server, said));
    run_task(together(std::move(tasks)));
    EXPECT_NE(said.find('x'), std::string::npos);
    EXPECT_NE(said.find('>'), std::string::npos);
}

// Virtual time passes for those who wait together.
TEST(Together, EachHasItsOwnDeadline) {
    ManualClock clock;
    auto pipe = make_pipe(clock);
    const auto wait = [&](Stream& stream, int minutes) -> Task<void> {
        const auto heard =
            co_await stream.read_some(Deadline::in(clock, std::chrono::minutes{minutes}));
        EXPECT_EQ(heard.error(), IoFault::timed_out);
    };
    const auto begun = clock.steady();
    std::vector<Task<void>> tasks;
    tasks.push_back(wait(*pipe.client, 3));
    tasks.push_back(wait(*pipe.server, 5));
    run_task(together(std::move(tasks)));
    EXPECT_EQ(clock.steady() - begun, std::chrono::minutes{5});
}

TEST(Together, AnExceptionLeavesWhenAllHaveEnded) {
    std::string said;
    std::vector<Task<void>> tasks;
    tasks.push_back(fail_at_once());
    tasks.push_back(say(said, 'a'));
    EXPECT_THROW(run_task(together(std::move(tasks))), std::runtime_error);
    EXPECT_EQ(said, "a");
}

}  // namespace
}  // namespace signet::net

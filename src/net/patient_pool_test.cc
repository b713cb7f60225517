#include "net/patient_pool.h"

#include "net/run_task.h"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace signet::net {
namespace {

using namespace std::chrono_literals;
using Answer = Result<int, StoreFault>;

Deadline in(std::chrono::milliseconds span) {
    return Deadline::at(std::chrono::steady_clock::now() + span);
}

TEST(PatientPool, an_answer_comes_back) {
    PatientPool pool{{.name = "far"}};
    const auto answer = run_task(pool.run<int>(in(1min), [] { return Answer{7}; }));
    EXPECT_EQ(answer, Answer{7});
    const auto fault =
        run_task(pool.run<int>(in(1min), [] { return Answer{fail(StoreFault::corrupt)}; }));
    EXPECT_EQ(fault.error(), StoreFault::corrupt);
}

TEST(PatientPool, who_waits_goes_on_at_his_deadline_and_the_call_to_its_end) {
    std::latch go{1}, done{1};
    PatientPool pool{{.name = "far"}};
    const auto answer = run_task(pool.run<int>(in(5ms), [&] {
        go.wait();
        done.count_down();
        return Answer{7};
    }));
    EXPECT_EQ(answer.error(), StoreFault::deadline);
    go.count_down();
    done.wait();
    EXPECT_EQ(run_task(pool.run<int>(in(1min), [] { return Answer{8}; })), Answer{8});
}

TEST(PatientPool, a_call_whose_time_is_over_is_not_made) {
    std::latch go{1};
    bool made = false;
    PatientPool pool{{.name = "far"}};
    EXPECT_FALSE(run_task(pool.run<int>(in(5ms), [&] {
        go.wait();
        return Answer{7};
    })));
    EXPECT_EQ(run_task(pool.run<int>(in(5ms),
                                     [&] {
                                         made = true;
                                         return Answer{7};
                                     }))
                  .error(),
              StoreFault::deadline);
    go.count_down();
    EXPECT_EQ(run_task(pool.run<int>(in(1min), [] { return Answer{8}; })), Answer{8});
    EXPECT_FALSE(made);
}

TEST(PatientPool, a_full_queue_turns_away) {
    std::latch go{1};
    PatientPool pool{{.name = "far", .queue_length = 1}};
    const auto stuck = [&] {
        return run_task(pool.run<int>(in(5ms), [&] {
            go.wait();
            return Answer{7};
        }));
    };
    EXPECT_EQ(stuck().error(), StoreFault::deadline);  // inside
    Answer last = Answer{0};
    for (int i = 0; i < 3; ++i) last = stuck();  // one waits, the others do not
    EXPECT_EQ(last.error(), StoreFault::unavailable);
    go.count_down();
}

}  // namespace
}  // namespace signet::net

// A worker pool for calls that may hang: whoever waits for one goes on at his deadline, whatever
// the thread does.  The call goes on to its own end, and its answer is dropped.
//
// So a call owns all that it uses: nothing of the coroutine that asked may be referred to.
#pragma once

#include "base/deadline.h"
#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "net/alarm.h"
#include "net/first_answer.h"
#include "net/worker_pool.h"

#include <functional>
#include <memory>
#include <utility>

namespace signet::net {

// Safe for concurrent use.  Destruction waits for the calls that run.
class PatientPool {
public:
    // options.max_wait is not looked at: the deadline of each call bounds its waiting.
    explicit PatientPool(PoolOptions options) : pool_(without_guess(options)) {}

    // unavailable: the queue is full; `call` is not made.  deadline: it passed before the answer.
    // Other faults are those of the call.
    template <class T>
    Task<Result<T, StoreFault>> run(Deadline deadline,
                                    std::move_only_function<Result<T, StoreFault>()> call) {
        using Answer = Result<T, StoreFault>;
        co_return co_await suspend<Answer>([&](Resume<Answer> resume) {
            auto waiting = std::make_shared<FirstAnswer<Answer>>(std::move(resume));
            const bool taken = pool_.post([waiting, deadline, call = std::move(call)]() mutable {
                if (std::chrono::steady_clock::now() >= deadline.when()) {
                    (*waiting)(fail(StoreFault::deadline));
                    return;
                }
                auto made = call();
                call = nullptr;  // what it holds dies before anybody goes on
                (*waiting)(std::move(made));
            });
            if (!taken) {
                (*waiting)(fail(StoreFault::unavailable));
                return;
            }
            alarm_.at(deadline.when(), [weak = std::weak_ptr{waiting}] {
                if (const auto still = weak.lock()) (*still)(fail(StoreFault::deadline));
            });
        });
    }

private:
    static PoolOptions without_guess(PoolOptions options) {
        options.max_wait = std::chrono::milliseconds{0};
        return options;
    }

    Alarm alarm_;
    WorkerPool pool_;
};

}  // namespace signet::net

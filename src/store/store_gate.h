// What stands before a store that is somewhere else: another server, another process.
//
// Each call has a time of its own, so many run at once, so many more wait, and after a few faults
// in a row nobody asks for a while (limits/breaker.h).  Who is turned away hears `unavailable`, at
// once: a sign-in is then answered 454, never "wrong password".
//
// It bounds the store alone.  What is computed here with the answer (a password hash) has its own
// queue (net/worker_pool.h) and does not belong inside.
#pragma once

#include "base/clock.h"
#include "base/deadline.h"
#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "limits/breaker.h"
#include "net/resume.h"

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace signet::store {

struct GateOptions {
    std::string name;                          // of the store
    std::chrono::milliseconds timeout{5'000};  // of one call
    unsigned width = 4;                        // calls at the same time
    unsigned waiting = 100;                    // for their turn, at most
    limits::BreakerOptions breaker{};
};

// How a call ended.
enum class CallEnd {
    answered,
    unavailable,  // the store could not be asked, or failed
    timeout,
    turned_away,  // it was not asked: too many wait, or the breaker is open
};
std::string_view name(CallEnd end);  // a label of metrics

// Told of what happens, on whatever thread it does: safe for concurrent use.
struct GateWatcher {
    std::function<void(CallEnd, std::chrono::duration<double> took)> ended;
    // Once for each change.  false: nobody asks the store any more.
    std::function<void(bool up)> turned;
};

// Safe for concurrent use.  Outlives whoever is inside or waits; the clock outlives it.
class StoreGate {
public:
    StoreGate(GateOptions options, const Clock& clock, GateWatcher watcher)
        : options_(std::move(options)),
          clock_(clock),
          watcher_(std::move(watcher)),
          breaker_(options_.breaker) {}

    // Has `call` made with the sooner of the two deadlines.  It must keep to its deadline.
    // unavailable: turned away.  Other faults, and the answer: those of the call.
    template <class T>
    Task<Result<T, StoreFault>> through(
        Deadline deadline, std::move_only_function<Task<Result<T, StoreFault>>(Deadline)> call) {
        if (auto turn = co_await enter(deadline); !turn) co_return fail(turn.error());
        const auto own = Deadline::in(clock_, options_.timeout);
        const auto began = clock_.steady();
        auto answer = co_await call(own.sooner_of(deadline));
        leave(began, own, answer ? std::nullopt : std::optional{answer.error()});
        co_return answer;
    }

    limits::Breaker::State state() const;
    const std::string& store_name() const { return options_.name; }

private:
    Task<Result<void, StoreFault>> enter(Deadline deadline);
    Result<void, StoreFault> admit(Deadline deadline);
    void leave(SteadyTime began, Deadline own, std::optional<StoreFault> fault);
    bool judge(SteadyTime now, CallEnd end, bool own_time);
    void pass_on();

    const GateOptions options_;
    const Clock& clock_;
    const GateWatcher watcher_;
    mutable std::mutex mutex_;
    limits::Breaker breaker_;          // guarded by mutex_
    unsigned inside_ = 0;              // guarded by mutex_
    std::deque<net::Wakeup> waiting_;  // guarded by mutex_
};

}  // namespace signet::store

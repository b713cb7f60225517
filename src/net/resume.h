// From a callback on another thread back into a coroutine.
//
//   auto answer = co_await suspend<Answer>([&](Resume<Answer> resume) {
//       committer.post({…, std::move(resume)});      // some other thread:
//       std::move(resume)(answer)
//   });
//
// The coroutine sleeps until its Resume is called and then goes on where it was: on its own
// executor, never on the thread that called.  The wait has no deadline and no drain ends it: a
// commit that was begun is waited for.
//
// Only resume.cc includes Asio beyond awaitable.hpp; these templates are thin.
#pragma once

#include "base/task.h"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace signet::net {

// Wakes one coroutine.  Move-only.  Must be called exactly once, from any thread, no later than
// the end of the coroutine's I/O threads; to lose it is a bug and ends the process (the coroutine
// would never end, or end on the wrong thread).
class Wakeup {
public:
    struct Sleeper;
    explicit Wakeup(std::unique_ptr<Sleeper> sleeper);
    Wakeup(Wakeup&&) noexcept;
    Wakeup& operator=(Wakeup&&) noexcept;
    ~Wakeup();

    void operator()();

private:
    std::unique_ptr<Sleeper> sleeper_;
};

// `start` runs at once, on the coroutine's thread, when the coroutine is asleep already.  It must
// not throw.
Task<void> suspend_until_woken(std::move_only_function<void(Wakeup)> start);

// The same with a value.  Move-only; the rules of Wakeup.
template <class T>
class Resume {
public:
    Resume(std::shared_ptr<std::optional<T>> value, Wakeup wakeup)
        : value_(std::move(value)), wakeup_(std::move(wakeup)) {}

    void operator()(T value) {
        value_->emplace(std::move(value));
        value_.reset();
        wakeup_();
    }

private:
    std::shared_ptr<std::optional<T>> value_;
    Wakeup wakeup_;
};

template <class T>
Task<T> suspend(std::move_only_function<void(Resume<T>)> start) {
    auto value = std::make_shared<std::optional<T>>();
    co_await suspend_until_woken(
        [&start, &value](Wakeup wakeup) { start(Resume<T>(value, std::move(wakeup))); });
    co_return std::move(**value);
}

}  // namespace signet::net

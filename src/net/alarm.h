// Calls back at a time, on a thread of its own: for what waits for another thread that may never
// come back (a library that blocks).  Coroutines that wait for octets have deadlines of their own.
#pragma once

#include "base/clock.h"

#include <functional>
#include <memory>

namespace signet::net {

// Safe for concurrent use.  Destruction calls nobody any more.
class Alarm {
public:
    Alarm();
    ~Alarm();
    // `call` is brief and does not throw.  By std::chrono::steady_clock.
    void at(SteadyTime when, std::move_only_function<void()> call);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::net

// The I/O threads: one event loop each.  What is spawned on a loop lives and dies on its thread.
//
//   IoThreads io;                     // one for each core
//   … listeners, workers: io.spawn(…)
//   io.start();
//   … wait for a signal …
//   io.drain(20s);                    // idle ones end at once, busy ones have their time
//   io.stop();
//
// An exception that leaves a spawned task is our bug and ends the process.
#pragma once

#include "base/task.h"

#include <chrono>
#include <functional>
#include <memory>

namespace signet::net {

class IoThreads {
public:
    explicit IoThreads(unsigned threads = 0);  // 0: one for each core
    ~IoThreads();                              // stops; tasks that are left are dropped

    unsigned size() const;
    boost::asio::any_io_executor executor(unsigned index) const;  // index < size()

    // From any thread, before or after start().  The function form keeps the function (and what a
    // lambda has captured) until its task is done.
    void spawn(unsigned index, Task<void> task);
    void spawn(unsigned index, std::move_only_function<Task<void>()> begin);
    // Runs on that loop's thread.
    void post(unsigned index, std::move_only_function<void()> work);

    void start();
    std::size_t tasks() const;  // spawned and not done

    // Called from outside the loops.  Loop::begin_drain on all; waits until every task is done or
    // the patience is over, then Loop::cancel_all and a last second.  true: all are done.
    bool drain(std::chrono::milliseconds patience);
    void stop();  // joins the threads

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::net

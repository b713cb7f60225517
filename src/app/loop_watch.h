// Whether the I/O threads come to their turn: a timer on each of them, and how late it is.
#pragma once

#include "net/io_threads.h"
#include "observe/catalogue.h"

#include <atomic>
#include <memory>

namespace signet::app {

class LoopWatch {
public:
    explicit LoopWatch(observe::Registry& registry);
    ~LoopWatch();

    // From now on each thread has its timer.  They end with a drain.
    void start(net::IoThreads& io);
    // The longest time since a thread was last heard of.
    std::chrono::duration<double> silence() const;

private:
    struct Beats;
    std::shared_ptr<Beats> beats_;  // the timers' too: they may end after this
};

}  // namespace signet::app

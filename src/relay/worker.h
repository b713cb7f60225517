// Takes what is due from the queue and has it delivered, several messages at a time.
//
// One worker belongs to one I/O thread; start one on each.  A delivery that is slow holds one of
// the worker's places and nothing else; all deliveries of one route, of one owner, and of deferred
// mail leave some of them free (relay/shares.h).
#pragma once

#include "base/task.h"
#include "relay/deliver.h"

#include <chrono>
#include <functional>
#include <memory>

namespace signet::relay {

struct WorkerOptions {
    unsigned concurrency = 20;            // deliveries of this worker at a time
    std::chrono::milliseconds idle{100};  // between two looks at a queue with nothing due
    // An entry is delivered well before its lease ends, or not at all: `lease - margin` is the
    // deadline of its transports.  REQUIRES: margin < lease.
    std::chrono::seconds lease{1'800}, margin{60};
    bool rescue = true;  // of stalled entries (relay/rescue.h); one worker of a process is enough
};

class Worker {
public:
    // Runs a task on the worker's own thread, now or soon, to its end.
    using Spawn = std::function<void(Task<void>)>;

    Worker(const Services& services, WorkerOptions options, Spawn spawn);

    // Ends when stop() was called or a drain ended its sleep.  Deliveries under way are tasks of
    // their own, which go on to their end; nothing new is claimed.  If they are not given the time,
    // their leases run out.
    Task<void> run();
    void stop();  // from any thread
    unsigned in_flight() const;

private:
    struct State;
    std::shared_ptr<State> state_;  // shared with the deliveries
};

}  // namespace signet::relay

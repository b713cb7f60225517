// A file descriptor on a loop, and the wait until it can be read or written.  Streams, listeners
// and connection attempts are written over it and contain no Asio of their own.
//
// One wait for reading and one for writing at a time, on the loop's thread.  One timer serves both
// and is armed lazily: a deadline later than the armed one costs nothing, the timer re-checks when
// it fires.
#pragma once

#include "base/deadline.h"
#include "base/result.h"
#include "base/task.h"
#include "net/stream.h"

#include <memory>

namespace signet::net {

class Readiness {
public:
    enum class For {
        read,
        write
    };
    enum class Drain {
        ends_wait,
        leaves_wait
    };  // what Loop::begin_drain does to it

    // Takes the descriptor over: it must be non-blocking.  The executor is that of an io_context.
    // If the kernel can watch no more of them it is closed at once, as if the peer had done so.
    Readiness(const boost::asio::any_io_executor& executor, int descriptor);
    ~Readiness();
    Readiness(Readiness&&) noexcept;
    Readiness& operator=(Readiness&&) noexcept;

    int descriptor() const;
    // timed_out; cancelled: by a drain.  Success may be spurious: try, and wait again.
    Task<Result<void, IoFault>> wait(For what, Deadline deadline, Drain drain);
    // From outside, on the same thread: a wait under way ends with cancelled.
    void cancel();
    void close();

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace signet::net

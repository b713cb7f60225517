// Who asks DNS for us.
#pragma once

#include "base/deadline.h"
#include "base/task.h"
#include "dns/answer.h"

namespace signet::dns {

// Safe for concurrent use, from any I/O thread.
class Resolver {
public:
    virtual ~Resolver() = default;
    // Follows aliases.  Comes to an end at the deadline, by then with Fault::timed_out; a drain
    // that cancels ends it with Fault::cancelled.  The resolver outlives the task.
    virtual Task<Result<Answer, Fault>> ask(Question question, Deadline deadline) = 0;
};

}  // namespace signet::dns

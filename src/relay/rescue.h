// When the wall clock falls back, what was to be tried in a minute waits for a day.  Then, and when
// the server starts, entries that are due later than any pause of the schedule are made due now.
#pragma once

#include "base/clock.h"
#include "relay/deliver.h"

#include <chrono>

namespace signet::relay {

// Compares the two clocks.  Not safe for concurrent use.
class JumpWatch {
public:
    explicit JumpWatch(const Clock& clock) : clock_(clock), offset_(offset()) {}
    // True if the wall clock has fallen back by more than a minute since the last call.
    bool fell_back();

private:
    std::chrono::microseconds offset() const {
        return clock_.wall().time_since_epoch() -
               std::chrono::duration_cast<std::chrono::microseconds>(
                   clock_.steady().time_since_epoch());
    }

    const Clock& clock_;
    std::chrono::microseconds offset_;
};

// How many entries were made due.  A store that cannot answer ends the walk; the next one is at
// the next jump.
Task<unsigned> rescue_stalled(const Services& services);

}  // namespace signet::relay

// A point in time by which something must be done.  Passed down as it is, never re-added at each
// level, so that three calls of thirty seconds cannot take ninety.
#pragma once

#include "base/clock.h"

#include <algorithm>

namespace signet {

class Deadline {
public:
    static Deadline at(SteadyTime when) { return Deadline{when}; }
    static Deadline in(const Clock& clock, std::chrono::microseconds span) {
        return Deadline{clock.steady() + span};
    }
    static Deadline never() { return Deadline{SteadyTime::max()}; }

    SteadyTime when() const { return when_; }
    bool passed(const Clock& clock) const { return clock.steady() >= when_; }
    Deadline sooner_of(Deadline other) const { return Deadline{std::min(when_, other.when_)}; }

private:
    explicit Deadline(SteadyTime when) : when_(when) {}
    SteadyTime when_;
};

}  // namespace signet

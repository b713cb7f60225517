// When a deferred message is tried again, and when it is given up (RFC 5321 §4.5.4.1).
//
// Pauses double from `first` to `max`; each is shortened by up to a quarter at random, so that what
// was deferred together does not come back together.
//
// A message is given up only by a try that has just failed, and only when two witnesses agree that
// its lifetime is over: the wall clock, and the tries made, each counted with the pause that led
// to it.  A clock that jumps a year ahead therefore expires nothing that was not tried for a whole
// lifetime, and neither does a machine that was switched off.  When the clock fell back, and says
// that the message is younger than it is, twice the lifetime in tries is enough.
#pragma once

#include "base/clock.h"
#include "base/entropy.h"

#include <chrono>
#include <optional>

namespace signet::queue {

// REQUIRES: first >= 1 s; max, lifetime > 0.  A `first` beyond `max` counts as `max`.
struct RetrySchedule {
    std::chrono::seconds first{60};
    std::chrono::seconds max{4 * 3'600};
    std::chrono::seconds lifetime{5 * 86'400};
};

// The pause behind the try with this number (from 1) before chance shortens it.
std::chrono::seconds nominal_pause(const RetrySchedule& schedule, unsigned tries);

// About when a message that nobody takes is given up, for people: not before its lifetime is over.
WallTime given_up_at(const RetrySchedule& schedule, WallTime accepted, WallTime now);

// When to try again after the try with number `tries` (from 1) failed at `now`; nullopt: it was
// the last, the message is given up.
std::optional<WallTime> next_try(const RetrySchedule& schedule, unsigned tries, WallTime accepted,
                                 WallTime now, Entropy& entropy);

}  // namespace signet::queue

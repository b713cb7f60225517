// When to stop asking a server that does not answer, and when to ask it again.
//
//   closed ──so many faults in a row──▶ open ──rest is over──▶ half_open
//     ▲                                  ▲                        │ one question goes through
//     └──────────── it was answered ─────┼────────────────────────┤
//                                        └─── it was not ─────────┘
//
// Pure: whoever asks says what time it is.  Not safe for concurrent use.
#pragma once

#include "base/clock.h"

#include <chrono>
#include <string_view>

namespace signet::limits {

struct BreakerOptions {
    unsigned faults = 3;                    // in a row, and nobody is let through any more …
    std::chrono::milliseconds rest{5'000};  // … for so long
};

class Breaker {
public:
    enum class State {
        closed,
        open,
        half_open
    };

    explicit Breaker(BreakerOptions options) : options_(options) {}

    // Whether a question may be asked.  After `true` one of the three below is called once.
    bool lets_through(SteadyTime now);
    // true: the state went from closed to not closed, or back.
    bool answered();
    bool failed(SteadyTime now);
    // What became of it tells nothing: whoever asked had no more time.
    void told_nothing();

    State state() const { return state_; }

private:
    const BreakerOptions options_;
    State state_ = State::closed;
    unsigned faults_ = 0;  // in a row
    SteadyTime open_until_{};
};

std::string_view name(Breaker::State state);

}  // namespace signet::limits

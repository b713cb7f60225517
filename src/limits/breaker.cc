#include "limits/breaker.h"

#include <utility>

namespace signet::limits {

bool Breaker::lets_through(SteadyTime now) {
    switch (state_) {
    case State::closed: return true;
    case State::half_open: return false;  // one is on its way already
    case State::open:
        if (now < open_until_) return false;
        state_ = State::half_open;
        return true;
    }
    std::unreachable();
}

// An answer closes it whenever it was asked for: there is somebody.
bool Breaker::answered() {
    faults_ = 0;
    return std::exchange(state_, State::closed) != State::closed;
}

// A question from before it opened that fails late adds nothing.
bool Breaker::failed(SteadyTime now) {
    if (state_ == State::open) return false;
    if (state_ == State::closed && ++faults_ < options_.faults) return false;
    open_until_ = now + options_.rest;
    return std::exchange(state_, State::open) == State::closed;
}

void Breaker::told_nothing() {
    if (state_ == State::half_open) state_ = State::open;  // open_until_ is over: the next may ask
}

std::string_view name(Breaker::State state) {
    switch (state) {
    case Breaker::State::closed: return "closed";
    case Breaker::State::open: return "open";
    case Breaker::State::half_open: return "half_open";
    }
    std::unreachable();
}

}  // namespace signet::limits

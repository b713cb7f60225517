#include "queue/message.h"

#include <utility>

namespace signet::queue {

std::string_view name(RecipientState state) {
    switch (state) {
    case RecipientState::pending: return "pending";
    case RecipientState::delivered: return "delivered";
    case RecipientState::failed: return "failed";
    }
    std::unreachable();
}

std::string_view name(State state) {
    switch (state) {
    case State::incoming: return "incoming";
    case State::active: return "active";
    case State::deferred: return "deferred";
    case State::hold: return "hold";
    }
    std::unreachable();
}

std::optional<State> state_named(std::string_view text) {
    for (const auto state : {State::incoming, State::active, State::deferred, State::hold}) {
        if (name(state) == text) return state;
    }
    return {};
}

}  // namespace signet::queue

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

}  // namespace signet::queue

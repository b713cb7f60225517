// What the checks of this folder ask of a store's answer.
#pragma once

#include "identity/credential_store.h"

namespace signet::authn {

// The store has no such account: somebody else may.
inline bool is_unknown(const identity::CheckAnswer& answer) {
    const auto* refused = std::get_if<identity::Refused>(&answer);
    return refused != nullptr && refused->why == identity::Refusal::unknown_account;
}

}  // namespace signet::authn

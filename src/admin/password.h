// The password of a request: given, hashed elsewhere, or to be made up.
#pragma once

#include "admin/endpoint.h"

#include <optional>
#include <string>
#include <vector>

namespace signet::admin {

struct NewPassword {
    std::string hash;                         // empty: the request says nothing of a password
    std::vector<std::string> verifiers = {};  // as they are kept; a hash alone makes none
    std::optional<Secret> generated = {};     // to be shown once
};

// Parameters: `password` (by the rules of identity/password_rules.h, and not known from breaches),
// `hash` (a stored hash of another server, of which nothing can be judged) or `generate`; at most
// one of them.  Hashing runs on the pool of `services`; try_later: it is too busy.
// For the main password of the account, which may not be kept yet.
Task<Result<NewPassword, Fault>> new_password(const Services& services, identity::Account account,
                                              Request& request);

// Four groups of four small letters: 75 bits, easy to read out and to type.
Secret generate_password(Entropy& entropy);

}  // namespace signet::admin

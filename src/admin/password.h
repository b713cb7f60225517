// The password of a request: given, hashed elsewhere, or to be made up.
#pragma once

#include "admin/endpoint.h"

#include <optional>
#include <string>

namespace signet::admin {

struct NewPassword {
    std::string hash;                 // empty: the request says nothing of a password
    std::string scram_sha256;         // empty: none is kept, or it takes the password to make one
    std::optional<Secret> generated;  // to be shown once
};

// Parameters: `password` (8 … 511 octets of UTF-8 without control characters), `hash` (a stored
// hash of another server) or `generate`; at most one of them.  Hashing runs on the pool of
// `services`; try_later: it is too busy.
// account: the folded name of whom it is for.
Task<Result<NewPassword, Fault>> new_password(const Services& services, std::string account,
                                              Request& request);

// Four groups of four small letters: 75 bits, easy to read out and to type.
Secret generate_password(Entropy& entropy);

}  // namespace signet::admin

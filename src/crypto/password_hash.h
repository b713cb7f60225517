// Password hashes: made by Argon2id, checked by Argon2id and by the formats of crypt(3).
//
// Each call costs tens of milliseconds and up to 256 MiB by design: it runs on a worker pool,
// never on an I/O thread.  REQUIRES of every `stored`: identity::parse_password_format accepted
// it, because neither library bounds what a hash may ask for (an Argon2 hash may claim 4 GiB, a
// `$6$` hash a thousand million rounds).
//
// Safe for concurrent use.  What the libraries keep of a password is wiped before the call returns.
#pragma once

#include "base/entropy.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signet::crypto {

enum class HashFault {
    no_memory,  // try later
    unusable,   // the library does not take the stored hash
};
std::string_view name(HashFault fault);

// What one hash costs.  Defaults: the minimum that OWASP's cheat sheet gives for Argon2id.
struct Argon2idCost {
    std::uint64_t memory_octets = 19u << 20;  // a multiple of 1'024, 8 KiB … 256 MiB
    unsigned passes = 2;                      // 1 … 16
};

// The PHC string "$argon2id$v=19$m=…,t=…,p=1$salt$hash": 16 octets of salt, 32 of hash.
// REQUIRES: the cost is within its limits.
Result<std::string, HashFault> argon2id_hash(std::string_view password, Argon2idCost cost,
                                             Entropy& entropy);

// A string that costs to check what argon2id_hash of that cost makes, and that no password opens
// (but by a chance of 2^-256): what is checked when there is nothing to check.
std::string argon2id_decoy(Argon2idCost cost, Entropy& entropy);

// p > 1 is computed lane after lane: more time than elsewhere, the same answer.
Result<bool, HashFault> argon2id_verify(std::string_view stored, std::string_view password);

// `$6$`, `$2a$`, `$2b$`, `$2y$`, `$y$` by libxcrypt.  A password with a NUL, or longer than the
// 511 octets that crypt(3) reads, opens nothing.
Result<bool, HashFault> crypt3_verify(std::string_view stored, std::string_view password);

}  // namespace signet::crypto

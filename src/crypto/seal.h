// Sealed values: what is kept where others may read it, and must not be changed or moved there.
//
// XChaCha20-Poly1305 of libsodium (draft-irtf-cfrg-xchacha): a nonce drawn at random for each value
// is long enough never to repeat, and everything that is not exactly what was sealed, for exactly
// this place, fails to open.
//
// Safe for concurrent use.
#pragma once

#include "base/entropy.h"
#include "base/secret.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace signet::crypto {

inline constexpr std::size_t kSealKeySize = 32;        // octets
inline constexpr std::size_t kSealOverhead = 24 + 16;  // nonce and tag

class Seal {
public:
    // REQUIRES: the key has kSealKeySize octets; entropy outlives the seal.
    Seal(Secret key, Entropy& entropy);

    // `place` is where the value belongs (its row and column): it is not in the answer, but opening
    // elsewhere fails.  Shape of the answer: nonce, then the value and its tag.
    std::string close(std::string_view value, std::string_view place) const;
    // nullopt: another key, another place, or not what was sealed.
    std::optional<std::string> open(std::string_view sealed, std::string_view place) const;
    // A key for another purpose: HMAC-SHA-256 under this one.  It tells nothing of this one.
    Secret derive(std::string_view purpose) const;

private:
    Secret key_;
    Entropy& entropy_;
};

}  // namespace signet::crypto

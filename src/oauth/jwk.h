// JSON Web Key Sets (RFC 7517): the public keys with which an issuer signs.
#pragma once

#include "base/result.h"
#include "crypto/public_key.h"
#include "oauth/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::oauth {

inline constexpr std::size_t kMostKeys = 64;
inline constexpr std::size_t kKeySetOctets = 256u << 10;
inline constexpr std::size_t kKeyIdOctets = 256;

// algorithm: nullopt, any one that the key fits.
struct Jwk {
    std::string key_id;  // empty: it has none
    std::optional<crypto::SignatureAlgorithm> algorithm;
    crypto::PublicKey key;
};

// A key that was passed over, and why, in words: "is a private key".  RFC 7517 §5: what is not
// understood SHOULD be ignored, not end the set.
struct SkippedKey {
    std::string key_id, why;
};

struct KeySet {
    std::vector<Jwk> keys;
    std::vector<SkippedKey> skipped;
};

// A fault has a sentence: "It is no JSON."
Result<KeySet, std::string> read_key_set(std::string_view json);

// The one key that may have signed with that algorithm.  nullptr: there is none, or there are
// several: what decides must not be a matter of the order.  Without a key_id it is the only one
// that fits.
const Jwk* choose_key(const KeySet& set, std::string_view key_id,
                      crypto::SignatureAlgorithm algorithm);

}  // namespace signet::oauth

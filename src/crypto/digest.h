// Digests, keyed digests, and the one comparison that secrets may go through.
//
// All of it is pure computing and safe for concurrent use.  The algorithms are fetched from
// libcrypto once a process: a lookup by name at each call takes a lock that every thread wants.
#pragma once

#include "base/secret.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace signet::crypto {

// FIPS 180-4.  sha1 is there for SCRAM-SHA-1, where it holds, and for the public
// lists of breached passwords, which are made of it.  To add one:
// its line here, and in each table of digest.cc.
enum class Hash {
    sha1,
    sha256,
    sha512,
};
std::size_t digest_size(Hash hash);             // octets
inline constexpr std::size_t kSha256Size = 32;  // octets

// Shape of the answer: digest_size(hash) octets.
std::string digest(Hash hash, std::string_view octets);
inline std::string sha256(std::string_view octets) { return digest(Hash::sha256, octets); }

// Shape of the answer: digest_size(hash) octets (RFC 2104, RFC 4231).  The key may have any length.
std::string hmac(Hash hash, std::string_view key, std::string_view octets);
inline std::string hmac_sha256(std::string_view key, std::string_view octets) {
    return hmac(Hash::sha256, key, octets);
}

// PBKDF2 with HMAC as its function (RFC 8018 §5.2), one digest long: RFC 5802 calls it Hi().
// Costs about a third of a microsecond a round: many rounds belong on a worker pool.
// REQUIRES: rounds > 0; password and salt are shorter than 2 GiB.
Secret pbkdf2(Hash hash, std::string_view password, std::string_view salt, unsigned rounds);

// Takes as long for a first octet that differs as for the last.  The lengths are not secret:
// texts of different length are unequal at once.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace signet::crypto

// Digests, keyed digests, and the one comparison that secrets may go through.
//
// All of it is pure computing and safe for concurrent use.  The algorithms are fetched from
// libcrypto once a process: a lookup by name at each call takes a lock that every thread wants.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signet::crypto {

inline constexpr std::size_t kSha256Size = 32;  // octets

// Shape of the answer: kSha256Size octets (FIPS 180-4).
std::string sha256(std::string_view octets);

// Shape of the answer: kSha256Size octets (RFC 2104, RFC 4231).  The key may have any length.
std::string hmac_sha256(std::string_view key, std::string_view octets);

// Takes as long for a first octet that differs as for the last.  The lengths are not secret:
// texts of different length are unequal at once.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace signet::crypto

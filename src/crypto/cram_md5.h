// HMAC-MD5 (RFC 2104) as CRAM-MD5 needs it (RFC 2195 §2), computed from a key that is kept instead
// of the password.
//
// The key is the state of MD5 after the first block, which holds the password and a pad: of the
// outer digest, then of the inner one, each as four words, the lowest octet first.  The password
// cannot be read out of it but by guessing; whoever has it can answer any challenge.
#pragma once

#include "base/secret.h"

#include <string>
#include <string_view>

namespace signet::crypto {

inline constexpr std::size_t kCramMd5KeySize = 32;  // octets
inline constexpr std::size_t kMd5Size = 16;

Secret cram_md5_key(std::string_view password);
// REQUIRES: the key has kCramMd5KeySize octets.
std::string cram_md5(const Secret& key, std::string_view challenge);

}  // namespace signet::crypto

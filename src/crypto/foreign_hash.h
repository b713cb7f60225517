// Stored passwords of other servers, checked and never made: one digest, or PBKDF2 with SHA-1.
//
// What the libraries keep of a password is wiped by them.  Safe for concurrent use.
#pragma once

#include "crypto/password_hash.h"

#include <string_view>

namespace signet::crypto {

enum class ForeignDigest {
    md5,
    sha1,
    sha256,
    sha512
};
std::size_t digest_size(ForeignDigest digest);  // octets

// Whether `stored`, one digest long, is that of password and salt, in this order.
// unusable: this build of libcrypto does not have the digest.
Result<bool, HashFault> digest_verify(ForeignDigest digest, std::string_view stored,
                                      std::string_view salt, std::string_view password);

// RFC 8018 §5.2 with HMAC-SHA-1.  A password with a NUL opens nothing.  Shape: stored is 20 octets.
// REQUIRES: rounds > 0
Result<bool, HashFault> pbkdf2_sha1_verify(std::string_view stored, std::string_view salt,
                                           unsigned rounds, std::string_view password);

// "$argon2i$v=19$…", by libsodium; as argon2id_verify.
Result<bool, HashFault> argon2i_verify(std::string_view stored, std::string_view password);

}  // namespace signet::crypto

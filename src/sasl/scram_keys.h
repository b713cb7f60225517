// What both sides of SCRAM compute (RFC 5802 §3).
//
//   SaltedPassword := Hi(Normalize(password), salt, i)          crypto::pbkdf2, the slow part
//   ClientKey      := HMAC(SaltedPassword, "Client Key")
//   StoredKey      := H(ClientKey)
//   ServerKey      := HMAC(SaltedPassword, "Server Key")
//   ClientProof    := ClientKey XOR HMAC(StoredKey, AuthMessage)
//   ServerSignature := HMAC(ServerKey, AuthMessage)
#pragma once

#include "base/secret.h"
#include "crypto/digest.h"

#include <string>
#include <string_view>

namespace signet::sasl::scram {

// RFC 7677 §4: the iteration count SHOULD be at least this.
inline constexpr unsigned kFewestIterations = 4'096;

// Normalize() (§2.2): SASLprep; where that knows a code point too little, OpaqueString; what
// neither takes stays as it is.
Secret normalized(const Secret& password);

struct Keys {
    Secret client_key;
    std::string stored_key, server_key;
};
Keys keys_of(crypto::Hash hash, const Secret& salted_password);

// ClientProof of a ClientKey; and, XOR being what it is, the ClientKey of a ClientProof.
// REQUIRES: octets is one digest long.
Secret unmask(crypto::Hash hash, std::string_view stored_key, std::string_view auth_message,
              std::string_view octets);

}  // namespace signet::sasl::scram

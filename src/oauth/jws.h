// JSON Web Signatures in their compact form (RFC 7515 §3.1), which is what a JWT is.
//
//   BASE64URL(header) "." BASE64URL(payload) "." BASE64URL(signature)
//
// The header is what an attacker writes.  It says which key and which algorithm to try, and nothing
// more: a key, a certificate or an address in it (jwk, x5c, jku, x5u) is never followed, and
// whether the algorithm may be used is the issuer's and the key's to say (RFC 8725 §3.1).
//
// Pure; memory and work are bounded by kTokenOctets.
#pragma once

#include "base/result.h"
#include "crypto/public_key.h"
#include "oauth/json.h"
#include "oauth/token_fault.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace signet::oauth {

inline constexpr std::size_t kTokenOctets = 16u << 10;

struct Jws {
    crypto::SignatureAlgorithm algorithm{};
    std::string key_id;              // empty: none was named
    std::string type;                // `typ` as written; empty: there is none
    std::string signed_text;         // header "." payload, as they came
    std::string payload, signature;  // octets
};

// Whether it looks like a JWS (or a JWE) at all: two or four dots between base64url.  What does not
// is an opaque token.
bool looks_like_jwt(std::string_view token);

// Faults: malformed, encrypted, algorithm, critical.
Result<Jws, TokenFault> read_jws(std::string_view token);

// The payload of a JWT: an object.  Worth nothing before the signature is found right.
// Fault: malformed.
Result<Json, TokenFault> read_claims(const Jws& token);

}  // namespace signet::oauth

// For tests: an issuer with keys of its own, which signs whatever it is told to.
#pragma once

#include "crypto/public_key.h"

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace signet::oauth {

// A key pair of the kind that the algorithm needs, made by libcrypto's generator.
class TestKey {
public:
    explicit TestKey(crypto::SignatureAlgorithm algorithm);

    // The public half as JSON (RFC 7517): {"kty":…,"alg":…,"use":"sig","kid":…}.
    std::string jwk(std::string_view key_id) const;
    // The signature as a JWS has it.
    std::string sign(std::string_view text) const;
    // A JWS of these two texts, whatever they say.
    std::string token(std::string_view header, std::string_view claims) const;
    // The public half as PEM: what an HS256 forger takes for a secret.
    std::string pem() const;

private:
    crypto::SignatureAlgorithm algorithm_;
    std::shared_ptr<evp_pkey_st> key_;
};

// {"keys":[…]}
std::string key_set(std::initializer_list<std::string> keys);

}  // namespace signet::oauth

// A private key with its certificate, with which we sign on our own behalf (RFC 7515).
//
// Immutable; safe for concurrent use.  No call leaves anything in libcrypto's queue of errors.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "crypto/public_key.h"

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace signet::crypto {

class SigningKey {
public:
    // PEM texts: the certificate, leaf first, and its key, not encrypted.  RSA of 2048 bits or more
    // signs by PS256, P-256 by ES256; there are no others.  The fault is a sentence that holds
    // nothing of the key.
    static Result<SigningKey, std::string> read(std::string_view certificate_pem,
                                                std::string_view key_pem);

    SignatureAlgorithm algorithm() const { return algorithm_; }
    // SHA-256 of the certificate, 32 octets: what "x5t#S256" names (RFC 7515 §4.1.8).
    const std::string& thumbprint() const { return thumbprint_; }
    WallTime not_after() const { return not_after_; }  // of the certificate
    // Octets as a JWS has them: of ES256 r and s side by side.  Empty: libcrypto failed.
    std::string sign(std::string_view text) const;

private:
    SigningKey() = default;
    std::shared_ptr<evp_pkey_st> key_;
    SignatureAlgorithm algorithm_{};
    std::string thumbprint_;
    WallTime not_after_{};
};

}  // namespace signet::crypto

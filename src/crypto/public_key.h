// Public keys by their numbers, as a key set on the Web names them (RFC 7518 §6), and signatures
// that are checked with them (RFC 7518 §3, RFC 8037).
//
// A key is taken only if what it verifies can be trusted: RSA of 2048 … 8192 bits, a point that is
// on its curve.  Pure computing: about 30 µs a signature of RSA-2048, 80 µs of P-256.  Immutable;
// safe for concurrent use.  No call leaves anything in libcrypto's queue of errors, which the TLS
// streams read.
#pragma once

#include "base/result.h"

#include <array>
#include <memory>
#include <optional>
#include <string_view>

struct evp_pkey_st;  // EVP_PKEY of OpenSSL

namespace signet::crypto {

// None of them is symmetric, and "none" is not one of them.
enum class SignatureAlgorithm {
    rs256,
    rs384,
    rs512,
    ps256,
    ps384,
    ps512,
    es256,
    es384,
    eddsa,  // Ed25519 alone
};
inline constexpr std::array kSignatureAlgorithms{
    SignatureAlgorithm::rs256, SignatureAlgorithm::rs384, SignatureAlgorithm::rs512,
    SignatureAlgorithm::ps256, SignatureAlgorithm::ps384, SignatureAlgorithm::ps512,
    SignatureAlgorithm::es256, SignatureAlgorithm::es384, SignatureAlgorithm::eddsa};
// As registered (RFC 7518 §3.1): "RS256".  The look-up tells case apart, as the standard does.
std::string_view name(SignatureAlgorithm algorithm);
std::optional<SignatureAlgorithm> signature_algorithm(std::string_view name);

enum class KeyFault {
    weak,      // an RSA modulus of less than 2048 bits, or of a kind that can be factored
    too_long,  // or of more than 8192, or an exponent of more than 64
    numbers,   // not the numbers of a key: even, zero, of a wrong length, not on the curve
};
std::string_view name(KeyFault fault);

enum class Curve {
    p256,
    p384,
};

class PublicKey {
public:
    // Big-endian octets, without base64.
    static Result<PublicKey, KeyFault> rsa(std::string_view modulus, std::string_view exponent);
    // Shape of x and y: as many octets as the field has, zeros in front (RFC 7518 §6.2.1.2).
    static Result<PublicKey, KeyFault> ec(Curve curve, std::string_view x, std::string_view y);
    // Shape of x: 32 octets (RFC 8032 §5.1.5), a point of the prime order.
    static Result<PublicKey, KeyFault> ed25519(std::string_view x);

    // Whether this kind of key, and this curve, is the one of the algorithm.
    bool fits(SignatureAlgorithm algorithm) const;
    // False also where the key does not fit, or the signature has not exactly the length of one.
    // Shape of the signature: of ES256 and ES384 r and s side by side (RFC 7518 §3.4), not DER.
    bool verify(SignatureAlgorithm algorithm, std::string_view text,
                std::string_view signature) const;

private:
    enum class Kind {
        rsa,
        p256,
        p384,
        ed25519,
    };
    struct Row;
    static const Row& row(SignatureAlgorithm algorithm);
    PublicKey(Kind kind, std::shared_ptr<evp_pkey_st> key) : kind_(kind), key_(std::move(key)) {}

    Kind kind_;
    std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace signet::crypto

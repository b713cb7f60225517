#include "crypto/public_key.h"

#include "base/invariant.h"
#include "crypto/owned.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include <string>
#include <utility>

namespace signet::crypto {
namespace {

using Number = Owned<BIGNUM, BN_free>;
using Context = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Digesting = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using SignaturePair = Owned<ECDSA_SIG, ECDSA_SIG_free>;

constexpr int kLeastModulusBits = 2048;  // RFC 7518 §3.3: MUST be used
constexpr int kMostModulusBits = 8192;
constexpr int kMostExponentBits = 64;  // libcrypto takes no more with a long modulus
constexpr std::size_t kMostOctets = 2 * kMostModulusBits / 8;  // zeros in front are let be
constexpr std::size_t kEd25519Key = 32, kEd25519Signature = 64;

// What fails in here leaves nothing behind.
class ErrorsStay {
public:
    ErrorsStay() { ERR_set_mark(); }
    ~ErrorsStay() { ERR_pop_to_mark(); }
    ErrorsStay(const ErrorsStay&) = delete;
    ErrorsStay& operator=(const ErrorsStay&) = delete;
};

const unsigned char* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number number(std::string_view octets) {
    Number made{BN_bin2bn(octets_of(octets), static_cast<int>(octets.size()), nullptr)};
    INVARIANT(made, "libcrypto has memory for a number");
    return made;
}

// CVE-2017-15361 (ROCA): chips made primes whose remainders are powers of 65537, and such a modulus
// can be factored.  Of other keys about one in 2^27 looks so.
bool made_by_a_broken_chip(const BIGNUM* modulus) {
    for (BN_ULONG prime = 3; prime <= 167; prime += 2) {
        bool is_prime = true;
        for (BN_ULONG i = 3; i * i <= prime; i += 2) is_prime = is_prime && prime % i != 0;
        if (!is_prime) continue;
        const auto remainder = BN_mod_word(modulus, prime);
        BN_ULONG power = 1;
        do power = power * 65'537 % prime;
        while (power != remainder && power != 1);
        if (power != remainder) return false;
    }
    return true;
}

std::shared_ptr<EVP_PKEY> key_of(const char* kind, OSSL_PARAM_BLD* builder) {
    const Parameters parameters{OSSL_PARAM_BLD_to_param(builder)};
    const Context context{EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr)};
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return {};
    }
    return {key, EVP_PKEY_free};
}

const char* group(Curve curve) { return curve == Curve::p256 ? "P-256" : "P-384"; }
std::size_t field_size(Curve curve) { return curve == Curve::p256 ? 32 : 48; }

bool on_its_curve(EVP_PKEY* key) {
    const Context context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
    return context && EVP_PKEY_public_check(context.get()) == 1;
}

// RFC 7518 §3.4 has r and s side by side; libcrypto wants them in DER.  Empty: one of them is 0,
// which no signature has and a careless verifier takes for every text.
std::string der_of(std::string_view pair) {
    auto r = number(pair.substr(0, pair.size() / 2)), s = number(pair.substr(pair.size() / 2));
    if (BN_is_zero(r.get()) || BN_is_zero(s.get())) return {};
    const SignaturePair made{ECDSA_SIG_new()};
    if (!made || ECDSA_SIG_set0(made.get(), r.get(), s.get()) != 1) return {};
    std::ignore = r.release();  // its pair owns them now
    std::ignore = s.release();
    const int size = i2d_ECDSA_SIG(made.get(), nullptr);
    std::string der(static_cast<std::size_t>(std::max(size, 0)), '\0');
    auto* at = reinterpret_cast<unsigned char*>(der.data());
    return i2d_ECDSA_SIG(made.get(), &at) == size ? der : std::string{};
}

bool pad(EVP_PKEY_CTX* context, int padding) {
    if (padding == 0) return true;
    if (EVP_PKEY_CTX_set_rsa_padding(context, padding) != 1) return false;
    // RFC 7518 §3.5: the salt is as long as the digest, and MGF1 uses the same one (the default).
    return padding != RSA_PKCS1_PSS_PADDING ||
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

// padding: 0 where there is none.  digest: nullptr, the algorithm has its own.  signature: in
// octets; 0: as long as the modulus.
struct PublicKey::Row {
    SignatureAlgorithm algorithm;
    Kind kind;
    const char* digest;
    int padding;
    std::size_t signature;
};

const PublicKey::Row& PublicKey::row(SignatureAlgorithm algorithm) {
    using enum SignatureAlgorithm;
    static constexpr Row kRows[] = {
        {rs256, Kind::rsa, "SHA256", RSA_PKCS1_PADDING, 0},
        {rs384, Kind::rsa, "SHA384", RSA_PKCS1_PADDING, 0},
        {rs512, Kind::rsa, "SHA512", RSA_PKCS1_PADDING, 0},
        {ps256, Kind::rsa, "SHA256", RSA_PKCS1_PSS_PADDING, 0},
        {ps384, Kind::rsa, "SHA384", RSA_PKCS1_PSS_PADDING, 0},
        {ps512, Kind::rsa, "SHA512", RSA_PKCS1_PSS_PADDING, 0},
        {es256, Kind::p256, "SHA256", 0, 64},
        {es384, Kind::p384, "SHA384", 0, 96},
        {eddsa, Kind::ed25519, nullptr, 0, kEd25519Signature},
    };
    for (const auto& row : kRows) {
        if (row.algorithm == algorithm) return row;
    }
    std::unreachable();
}

std::string_view name(SignatureAlgorithm algorithm) {
    using enum SignatureAlgorithm;
    switch (algorithm) {
    case rs256: return "RS256";
    case rs384: return "RS384";
    case rs512: return "RS512";
    case ps256: return "PS256";
    case ps384: return "PS384";
    case ps512: return "PS512";
    case es256: return "ES256";
    case es384: return "ES384";
    case eddsa: return "EdDSA";
    }
    std::unreachable();
}

std::optional<SignatureAlgorithm> signature_algorithm(std::string_view wanted) {
    for (const auto algorithm : kSignatureAlgorithms) {
        if (name(algorithm) == wanted) return algorithm;
    }
    return {};
}

std::string_view name(KeyFault fault) {
    switch (fault) {
    case KeyFault::weak: return "weak";
    case KeyFault::too_long: return "too_long";
    case KeyFault::numbers: return "numbers";
    }
    std::unreachable();
}

Result<PublicKey, KeyFault> PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
    const ErrorsStay nothing_left_behind;
    if (modulus.size() > kMostOctets || exponent.size() > kMostOctets) {
        return fail(KeyFault::too_long);
    }
    const auto n = number(modulus), e = number(exponent);
    if (BN_num_bits(n.get()) > kMostModulusBits || BN_num_bits(e.get()) > kMostExponentBits) {
        return fail(KeyFault::too_long);
    }
    if (BN_num_bits(n.get()) < kLeastModulusBits || made_by_a_broken_chip(n.get())) {
        return fail(KeyFault::weak);
    }
    // With e = 1 every text would be its own signature.
    if (BN_is_odd(n.get()) == 0 || BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1) {
        return fail(KeyFault::numbers);
    }
    const Builder builder{OSSL_PARAM_BLD_new()};
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return fail(KeyFault::numbers);
    }
    auto key = key_of("RSA", builder.get());
    if (!key) return fail(KeyFault::numbers);
    return PublicKey{Kind::rsa, std::move(key)};
}

Result<PublicKey, KeyFault> PublicKey::ec(Curve curve, std::string_view x, std::string_view y) {
    const ErrorsStay nothing_left_behind;
    if (x.size() != field_size(curve) || y.size() != x.size()) return fail(KeyFault::numbers);
    std::string point{'\x04'};  // SEC 1 §2.3.3: not compressed
    point.append(x).append(y);
    const Builder builder{OSSL_PARAM_BLD_new()};
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group(curve),
                                        0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
        return fail(KeyFault::numbers);
    }
    auto key = key_of("EC", builder.get());
    if (!key || !on_its_curve(key.get())) return fail(KeyFault::numbers);
    return PublicKey{curve == Curve::p256 ? Kind::p256 : Kind::p384, std::move(key)};
}

Result<PublicKey, KeyFault> PublicKey::ed25519(std::string_view x) {
    const ErrorsStay nothing_left_behind;
    // libcrypto looks at no point before it verifies with it, and then takes those of small order,
    // for which everybody can sign.
    if (x.size() != kEd25519Key || crypto_core_ed25519_is_valid_point(octets_of(x)) != 1) {
        return fail(KeyFault::numbers);
    }
    std::shared_ptr<EVP_PKEY> key{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets_of(x), x.size()),
        EVP_PKEY_free};
    if (!key) return fail(KeyFault::numbers);
    return PublicKey{Kind::ed25519, std::move(key)};
}

bool PublicKey::fits(SignatureAlgorithm algorithm) const { return row(algorithm).kind == kind_; }

bool PublicKey::verify(SignatureAlgorithm algorithm, std::string_view text,
                       std::string_view signature) const {
    const ErrorsStay nothing_left_behind;
    const auto& by = row(algorithm);
    if (by.kind != kind_) return false;
    const auto length =
        by.signature != 0 ? by.signature : static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
    if (signature.size() != length) return false;

    std::string der;
    if (by.kind == Kind::p256 || by.kind == Kind::p384) {
        der = der_of(signature);
        if (der.empty()) return false;
        signature = der;
    }
    const Digesting digesting{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* context = nullptr;  // belongs to `digesting`
    return digesting &&
           EVP_DigestVerifyInit_ex(digesting.get(), &context, by.digest, nullptr, nullptr,
                                   key_.get(), nullptr) == 1 &&
           pad(context, by.padding) &&
           EVP_DigestVerify(digesting.get(), octets_of(signature), signature.size(),
                            octets_of(text), text.size()) == 1;
}

}  // namespace signet::crypto

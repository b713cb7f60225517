#include "oauth/test_issuer.h"

#include "base/base64.h"
#include "base/invariant.h"
#include "crypto/owned.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>

namespace signet::oauth {
namespace {

using crypto::Owned;
using enum crypto::SignatureAlgorithm;

bool is_rsa(crypto::SignatureAlgorithm algorithm) { return algorithm <= ps512; }
bool is_pss(crypto::SignatureAlgorithm algorithm) {
    return algorithm >= ps256 && algorithm <= ps512;
}

EVP_PKEY* make(crypto::SignatureAlgorithm algorithm) {
    if (is_rsa(algorithm)) return EVP_RSA_gen(2048);
    if (algorithm == es256) return EVP_EC_gen("P-256");
    if (algorithm == es384) return EVP_EC_gen("P-384");
    return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
}

std::string number(EVP_PKEY* key, const char* name, int size = 0) {
    BIGNUM* read = nullptr;
    INVARIANT(EVP_PKEY_get_bn_param(key, name, &read) == 1, "a made key has its numbers");
    const Owned<BIGNUM, BN_free> owned{read};
    std::string octets(static_cast<std::size_t>(size ? size : BN_num_bytes(read)), '\0');
    BN_bn2binpad(read, reinterpret_cast<unsigned char*>(octets.data()),
                 static_cast<int>(octets.size()));
    return base64url(octets);
}

const char* digest_of(crypto::SignatureAlgorithm algorithm) {
    switch (algorithm) {
    case rs256:
    case ps256:
    case es256: return "SHA256";
    case rs384:
    case ps384:
    case es384: return "SHA384";
    case rs512:
    case ps512: return "SHA512";
    case eddsa: return nullptr;
    }
    std::unreachable();
}

// Out of DER, r and s side by side (RFC 7518 §3.4).
std::string side_by_side(std::string_view der, int size) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const Owned<ECDSA_SIG, ECDSA_SIG_free> pair{
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()))};
    std::string octets(static_cast<std::size_t>(2 * size), '\0');
    auto* const out = reinterpret_cast<unsigned char*>(octets.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, size);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + size, size);
    return octets;
}

}  // namespace

TestKey::TestKey(crypto::SignatureAlgorithm algorithm)
    : algorithm_(algorithm), key_(make(algorithm), EVP_PKEY_free) {
    INVARIANT(key_, "libcrypto makes a key");
}

std::string TestKey::jwk(std::string_view key_id) const {
    auto* const key = key_.get();
    std::string numbers;
    if (is_rsa(algorithm_)) {
        numbers = R"("kty":"RSA","n":")" + number(key, OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
                  number(key, OSSL_PKEY_PARAM_RSA_E) + '"';
    } else if (algorithm_ == eddsa) {
        std::array<unsigned char, 32> raw{};
        std::size_t size = raw.size();
        EVP_PKEY_get_raw_public_key(key, raw.data(), &size);
        numbers = R"("kty":"OKP","crv":"Ed25519","x":")" +
                  base64url({reinterpret_cast<const char*>(raw.data()), size}) + '"';
    } else {
        const bool p256 = algorithm_ == es256;
        const int size = p256 ? 32 : 48;
        numbers = std::string{R"("kty":"EC","crv":")"} + (p256 ? "P-256" : "P-384") + R"(","x":")" +
                  number(key, OSSL_PKEY_PARAM_EC_PUB_X, size) + R"(","y":")" +
                  number(key, OSSL_PKEY_PARAM_EC_PUB_Y, size) + '"';
    }
    return "{" + numbers + R"(,"alg":")" + std::string{name(algorithm_)} +
           R"(","use":"sig","kid":")" + std::string{key_id} + "\"}";
}

std::string TestKey::sign(std::string_view text) const {
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* parameters = nullptr;
    EVP_DigestSignInit_ex(context.get(), &parameters, digest_of(algorithm_), nullptr, nullptr,
                          key_.get(), nullptr);
    if (is_pss(algorithm_)) {
        EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
    }
    std::string made(1'024, '\0');
    std::size_t size = made.size();
    const int done =
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
    INVARIANT(done == 1, "libcrypto signs");
    made.resize(size);
    if (algorithm_ == es256) return side_by_side(made, 32);
    if (algorithm_ == es384) return side_by_side(made, 48);
    return made;
}

std::string TestKey::token(std::string_view header, std::string_view claims) const {
    const auto text = base64url(header) + "." + base64url(claims);
    return text + "." + base64url(sign(text));
}

std::string TestKey::pem() const {
    const Owned<BIO, BIO_free_all> bio{BIO_new(BIO_s_mem())};
    PEM_write_bio_PUBKEY(bio.get(), key_.get());
    char* octets = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &octets);
    return {octets, static_cast<std::size_t>(size)};
}

std::string key_set(std::initializer_list<std::string> keys) {
    std::string all;
    for (const auto& key : keys) all += (all.empty() ? "" : ",") + key;
    return R"({"keys":[)" + all + "]}";
}

}  // namespace signet::oauth

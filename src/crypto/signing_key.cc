#include "crypto/signing_key.h"

#include "base/text.h"
#include "crypto/owned.h"
#include "crypto/server_certificate.h"

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <optional>
#include <utility>

namespace signet::crypto {
namespace {

using Bio = Owned<BIO, BIO_free_all>;
using Digesting = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

constexpr int kLeastModulusBits = 2'048;
constexpr std::size_t kP256Field = 32;

struct ErrorsStay {
    ErrorsStay() { ERR_set_mark(); }
    ErrorsStay(const ErrorsStay&) = delete;
    ErrorsStay& operator=(const ErrorsStay&) = delete;
    ~ErrorsStay() { ERR_pop_to_mark(); }
};

const unsigned char* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<SignatureAlgorithm> algorithm_of(const EVP_PKEY* key) {
    const auto kind = EVP_PKEY_get_base_id(key);
    if (kind == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= kLeastModulusBits) {
        return SignatureAlgorithm::ps256;
    }
    std::array<char, 32> group{};
    if (kind == EVP_PKEY_EC &&
        EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
        std::string_view{group.data()} == "prime256v1") {
        return SignatureAlgorithm::es256;
    }
    return {};
}

// RFC 7518 §3.5: MGF1 with the same hash, and a salt of its length.
bool pad(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm) {
    if (algorithm != SignatureAlgorithm::ps256) return true;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

// RFC 7518 §3.4: r and s, each as long as the field.
std::string side_by_side(const std::string& der) {
    const auto* at = octets_of(der);
    const Signature parts{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()))};
    if (!parts) return {};
    std::string both(2 * kP256Field, '\0');
    auto* to = reinterpret_cast<unsigned char*>(both.data());
    const int field = static_cast<int>(kP256Field);
    const bool fits = BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), to, field) == field &&
                      BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), to + kP256Field, field) == field;
    return fits ? both : std::string{};
}

}  // namespace

Result<SigningKey, std::string> SigningKey::read(std::string_view certificate_pem,
                                                 std::string_view key_pem) {
    const ErrorsStay nothing_left_behind;
    // It knows that the two belong together, and has the sentences for what is wrong.
    const auto certificate =
        ServerCertificate::read(certificate_pem, key_pem, {"the certificate", "its key"});
    if (!certificate) return fail(certificate.error());
    const Bio bio{BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size()))};
    SigningKey made;
    made.key_ = {PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
    const auto algorithm = made.key_ ? algorithm_of(made.key_.get()) : std::nullopt;
    if (!algorithm) {
        return fail(std::string{"its key is neither RSA of 2048 bits or more nor of P-256"});
    }
    made.algorithm_ = *algorithm;
    made.thumbprint_ = unhex((*certificate)->fingerprint()).value_or("");
    made.not_after_ = (*certificate)->not_after();
    return made;
}

std::string SigningKey::sign(std::string_view text) const {
    const ErrorsStay nothing_left_behind;
    const Digesting digesting{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* context = nullptr;  // belongs to `digesting`
    std::size_t size = 0;
    const bool begun =
        digesting &&
        EVP_DigestSignInit_ex(digesting.get(), &context, "SHA256", nullptr, nullptr, key_.get(),
                              nullptr) == 1 &&
        pad(context, algorithm_) &&
        EVP_DigestSign(digesting.get(), nullptr, &size, octets_of(text), text.size()) == 1;
    if (!begun) return {};
    std::string signature(size, '\0');
    if (EVP_DigestSign(digesting.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       octets_of(text), text.size()) != 1) {
        return {};
    }
    signature.resize(size);
    return algorithm_ == SignatureAlgorithm::es256 ? side_by_side(signature) : signature;
}

}  // namespace signet::crypto

#include "crypto/signing_key.h"

#include "base/secret.h"
#include "crypto/digest.h"
#include "crypto/owned.h"
#include "crypto/x509.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace signet::crypto {
namespace {

using Bio = Owned<BIO, BIO_free_all>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Number = Owned<BIGNUM, BN_free>;

constexpr WallTime kNow{std::chrono::seconds{1'795'500'000}};

CertifiedKey issued(KeyKind kind) {
    const auto ca = make_ca("test", kNow, std::chrono::days{10});
    return *issue_server_certificate(*ca, {"client.test"}, kNow, std::chrono::days{5}, kind);
}

std::string number_of(const EVP_PKEY* key, const char* name) {
    BIGNUM* raw = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key, name, &raw), 1);
    const Number number{raw};
    std::string octets(static_cast<std::size_t>(BN_num_bytes(raw)), '\0');
    BN_bn2bin(raw, reinterpret_cast<unsigned char*>(octets.data()));
    return octets;
}

std::string padded(std::string octets) { return std::string(32 - octets.size(), '\0') + octets; }

// The other half, as the other side has it.
PublicKey public_half(const CertifiedKey& pair) {
    const auto pem = pair.key_pem.reveal();
    const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    const Key key{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
    if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA) {
        return *PublicKey::rsa(number_of(key.get(), OSSL_PKEY_PARAM_RSA_N),
                               number_of(key.get(), OSSL_PKEY_PARAM_RSA_E));
    }
    return *PublicKey::ec(Curve::p256, padded(number_of(key.get(), OSSL_PKEY_PARAM_EC_PUB_X)),
                          padded(number_of(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y)));
}

TEST(SigningKey, what_it_signs_is_verified_by_the_other_half_and_no_other_text_is) {
    struct Case {
        KeyKind kind;
        SignatureAlgorithm algorithm;
        std::size_t octets;
    };
    for (const auto& [kind, algorithm, octets] :
         {Case{KeyKind::rsa, SignatureAlgorithm::ps256, 256},
          Case{KeyKind::ecdsa, SignatureAlgorithm::es256, 64}}) {
        const auto pair = issued(kind);
        const auto key = SigningKey::read(pair.certificate_pem, pair.key_pem.reveal());
        ASSERT_TRUE(key) << key.error();
        EXPECT_EQ(key->algorithm(), algorithm);
        EXPECT_EQ(key->thumbprint().size(), 32u);
        EXPECT_EQ(key->not_after(), kNow + std::chrono::days{5});
        const auto half = public_half(pair);
        for (int i = 0; i < 50; ++i) {  // r or s is short once in 256
            const auto text = "text " + std::to_string(i);
            const auto signature = key->sign(text);
            EXPECT_EQ(signature.size(), octets);
            EXPECT_TRUE(half.verify(algorithm, text, signature));
            EXPECT_FALSE(half.verify(algorithm, text + "x", signature));
        }
    }
}

TEST(SigningKey, what_cannot_sign_is_a_sentence) {
    const auto one = issued(KeyKind::rsa), two = issued(KeyKind::rsa);
    for (const auto& [certificate, key] :
         {std::pair{std::string_view{one.certificate_pem}, two.key_pem.reveal()},
          std::pair{std::string_view{"nothing"}, one.key_pem.reveal()},
          std::pair{std::string_view{one.certificate_pem}, std::string_view{"nothing"}}}) {
        const auto read = SigningKey::read(certificate, key);
        ASSERT_FALSE(read);
        EXPECT_FALSE(read.error().empty());
        EXPECT_EQ(read.error().find("PRIVATE"), std::string::npos);
    }
}

}  // namespace
}  // namespace signet::crypto

#include "crypto/client_certificate_maker.h"

#include "base/invariant.h"
#include "crypto/owned.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>

namespace signet::crypto {
namespace {

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Owned<X509, X509_free>;
using Bio = Owned<BIO, BIO_free_all>;
using Extension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using List = Owned<X509_CRL, X509_CRL_free>;
using Time = Owned<ASN1_TIME, ASN1_TIME_free>;

Bio reader(std::string_view text) {
    return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string text_of(BIO* bio) {
    char* octets = nullptr;
    const auto size = BIO_get_mem_data(bio, &octets);
    return {octets, static_cast<std::size_t>(size)};
}

Certificate certificate_of(const std::string& pem) {
    return Certificate{PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr)};
}

Key key_of(const CertifiedKey& made) {
    return Key{
        PEM_read_bio_PrivateKey(reader(made.key_pem.reveal()).get(), nullptr, nullptr, nullptr)};
}

time_t seconds_of(WallTime time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
    if (value.empty()) return;
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension made{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
    INVARIANT(made && X509_add_ext(certificate, made.get(), -1) == 1, "the extension is one");
}

}  // namespace

CertifiedKey make_client(const ClientSpec& spec, const CertifiedKey* by, WallTime now) {
    const Key key{EVP_EC_gen("P-256")};
    const Certificate made{X509_new()};
    const auto signer = by ? certificate_of(by->certificate_pem) : Certificate{};
    auto* issuer = signer ? signer.get() : made.get();
    std::array<unsigned char, 8> serial{};
    RAND_bytes(serial.data(), serial.size());
    serial[0] &= 0x7F;
    const Owned<BIGNUM, BN_free> number{BN_bin2bn(serial.data(), serial.size(), nullptr)};
    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made.get()));
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_TIME_set(X509_getm_notBefore(made.get()), seconds_of(now - std::chrono::hours{1}));
    ASN1_TIME_set(X509_getm_notAfter(made.get()), seconds_of(now + spec.valid));
    X509_set_pubkey(made.get(), key.get());
    X509_NAME_add_entry_by_NID(X509_get_subject_name(made.get()), NID_commonName, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(spec.common_name.data()),
                               static_cast<int>(spec.common_name.size()), -1, 0);
    X509_set_issuer_name(made.get(), X509_get_subject_name(issuer));
    extend(made.get(), issuer, NID_basic_constraints,
           spec.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (spec.authority) extend(made.get(), issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(made.get(), issuer, NID_subject_key_identifier, "hash");
    if (!spec.authority) extend(made.get(), issuer, NID_ext_key_usage, spec.usage);
    extend(made.get(), issuer, NID_subject_alt_name, spec.alternative_names);
    const auto signs = by ? key_of(*by) : Key{};
    X509_sign(made.get(), signs ? signs.get() : key.get(), EVP_sha256());

    const Bio open{BIO_new(BIO_s_mem())}, secret{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(open.get(), made.get());
    PEM_write_bio_PKCS8PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {text_of(open.get()), Secret{text_of(secret.get())}};
}

std::string make_revocation_list(const CertifiedKey& by, const std::vector<std::string>& revoked,
                                 WallTime now, std::chrono::days valid) {
    const List list{X509_CRL_new()};
    const auto signer = certificate_of(by.certificate_pem);
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(signer.get()));
    const Time begins{ASN1_TIME_set(nullptr, seconds_of(now - std::chrono::hours{1}))};
    const Time ends{ASN1_TIME_set(nullptr, seconds_of(now + valid))};
    X509_CRL_set1_lastUpdate(list.get(), begins.get());
    X509_CRL_set1_nextUpdate(list.get(), ends.get());
    for (const auto& pem : revoked) {
        const auto one = certificate_of(pem);
        auto* entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(one.get()));
        X509_REVOKED_set_revocationDate(entry, begins.get());
        X509_CRL_add0_revoked(list.get(), entry);
    }
    X509_CRL_sort(list.get());
    X509_CRL_sign(list.get(), key_of(by).get(), EVP_sha256());
    const Bio out{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509_CRL(out.get(), list.get());
    return text_of(out.get());
}

std::string der_of(const std::string& certificate_pem) {
    const auto certificate = certificate_of(certificate_pem);
    unsigned char* octets = nullptr;
    const int size = i2d_X509(certificate.get(), &octets);
    INVARIANT(size > 0, "it is a certificate");
    std::string der{reinterpret_cast<const char*>(octets), static_cast<std::size_t>(size)};
    OPENSSL_free(octets);
    return der;
}

}  // namespace signet::crypto

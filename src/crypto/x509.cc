#include "crypto/x509.h"

#include "base/text.h"
#include "crypto/owned.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <utility>

namespace signet::crypto {
namespace {

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Owned<X509, X509_free>;
using Bio = Owned<BIO, BIO_free_all>;
using Extension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using Names = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using Octets = Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;

constexpr std::chrono::hours kClockSkew{1};

// ---- PEM
// ------------------------------------------------------------------------------------------

std::string_view contents(BIO* bio) {
    char* octets = nullptr;
    const long size = BIO_get_mem_data(bio, &octets);
    return {octets, static_cast<std::size_t>(std::max(size, 0L))};
}

Result<CertifiedKey, CertificateFault> to_pem(X509* certificate, EVP_PKEY* key) {
    const Bio open{BIO_new(BIO_s_mem())};
    const Bio secret{BIO_new(BIO_s_secmem())};  // wiped when freed
    if (!open || !secret || PEM_write_bio_X509(open.get(), certificate) != 1 ||
        PEM_write_bio_PKCS8PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr, nullptr) !=
            1) {
        return fail(CertificateFault::library);
    }
    return CertifiedKey{std::string{contents(open.get())}, Secret::copy_of(contents(secret.get()))};
}

Bio reader(std::string_view text) {
    return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

// Nobody is asked for a pass phrase: an encrypted key simply does not load.
int no_pass_phrase(char*, int, int, void*) { return 0; }

struct Authority {
    Certificate certificate;
    Key key;
};

Result<Authority, CertificateFault> load(const CertifiedKey& ca) {
    const auto certificate_in = reader(ca.certificate_pem);
    const auto key_in = reader(ca.key_pem.reveal());
    if (!certificate_in || !key_in) return fail(CertificateFault::library);
    Authority authority{
        Certificate{PEM_read_bio_X509(certificate_in.get(), nullptr, no_pass_phrase, nullptr)},
        Key{PEM_read_bio_PrivateKey(key_in.get(), nullptr, no_pass_phrase, nullptr)}};
    const bool usable =
        authority.certificate && authority.key &&
        X509_check_private_key(authority.certificate.get(), authority.key.get()) == 1 &&
        X509_check_ca(authority.certificate.get()) == 1;
    if (!usable) return fail(CertificateFault::bad_ca);
    return authority;
}

// ---- building
// -------------------------------------------------------------------------------------

// A certificate without issuer, extensions and signature.
Certificate begin(EVP_PKEY* key, std::string_view common_name, WallTime now,
                  std::chrono::days valid) {
    Certificate made{X509_new()};
    if (!made) return {};
    // RFC 5280 §4.1.2.2: at most 20 octets, positive, and not to be guessed.
    std::array<unsigned char, 16> serial{};
    if (RAND_bytes(serial.data(), serial.size()) != 1) return {};
    serial[0] = static_cast<unsigned char>((serial[0] & 0x7F) | 0x40);
    const Owned<BIGNUM, BN_free> number{BN_bin2bn(serial.data(), serial.size(), nullptr)};

    const auto from = std::chrono::floor<std::chrono::seconds>(now - kClockSkew);
    const auto until = std::chrono::floor<std::chrono::seconds>(now + valid);
    X509_NAME* const subject = X509_get_subject_name(made.get());
    const bool done =
        number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made.get())) &&
        X509_set_version(made.get(), X509_VERSION_3) == 1 &&
        ASN1_TIME_set(X509_getm_notBefore(made.get()), from.time_since_epoch().count()) &&
        ASN1_TIME_set(X509_getm_notAfter(made.get()), until.time_since_epoch().count()) &&
        X509_set_pubkey(made.get(), key) == 1 &&
        X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(common_name.data()),
                                   static_cast<int>(common_name.size()), -1, 0) == 1;
    return done ? std::move(made) : Certificate{};
}

// `value` is a constant of this file, in the language of x509v3_config(5); nothing from outside.
bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool is_host_name(std::string_view text) {
    if (text.starts_with("*.")) text.remove_prefix(2);
    if (text.empty() || text.size() > 253) return false;
    for (const auto label : split(text, '.')) {
        if (label.empty() || label.size() > 63) return false;
        if (label.front() == '-' || label.back() == '-') return false;
        for (const char c : label) {
            if (!is_alnum(c) && c != '-') return false;
        }
    }
    return true;
}

// nullptr for a name that is neither; what comes in is not interpreted any further.
GENERAL_NAME* general_name(const std::string& text) {
    const bool nul = text.find('\0') != std::string::npos;
    Octets address{nul ? nullptr : a2i_IPADDRESS(text.c_str())};
    if (!address && !is_host_name(text)) return nullptr;

    GENERAL_NAME* const made = GENERAL_NAME_new();
    if (!made) return nullptr;
    if (address) {
        GENERAL_NAME_set0_value(made, GEN_IPADD, address.release());
        return made;
    }
    ASN1_IA5STRING* const host = ASN1_IA5STRING_new();
    if (host && ASN1_STRING_set(host, text.data(), static_cast<int>(text.size())) == 1) {
        GENERAL_NAME_set0_value(made, GEN_DNS, host);
        return made;
    }
    ASN1_IA5STRING_free(host);
    GENERAL_NAME_free(made);
    return nullptr;
}

// RFC 5280 §4.2.1.6
Result<Names, CertificateFault> alternative_names(const std::vector<std::string>& names) {
    Names made{GENERAL_NAMES_new()};
    if (!made) return fail(CertificateFault::library);
    for (const auto& text : names) {
        GENERAL_NAME* const one = general_name(text);
        if (!one) return fail(CertificateFault::bad_name);
        if (sk_GENERAL_NAME_push(made.get(), one) == 0) {
            GENERAL_NAME_free(one);
            return fail(CertificateFault::library);
        }
    }
    return made;
}

bool sign(X509* certificate, EVP_PKEY* key) {
    return X509_sign(certificate, key, EVP_sha256()) > 0;
}

}  // namespace

std::string_view name(CertificateFault fault) {
    switch (fault) {
    case CertificateFault::bad_ca: return "bad_ca";
    case CertificateFault::bad_name: return "bad_name";
    case CertificateFault::library: return "library";
    }
    std::unreachable();
}

Result<CertifiedKey, CertificateFault> make_ca(std::string_view common_name, WallTime now,
                                               std::chrono::days valid) {
    if (common_name.empty() || common_name.size() > 64) return fail(CertificateFault::bad_name);
    const Key key{EVP_EC_gen("P-256")};
    if (!key) return fail(CertificateFault::library);
    const auto made = begin(key.get(), common_name, now, valid);
    // Everything in a CA of RFC 5280 §4.2.1: what it is for, and the name of its key.
    const bool done =
        made && X509_set_issuer_name(made.get(), X509_get_subject_name(made.get())) == 1 &&
        add_extension(made.get(), made.get(), NID_basic_constraints,
                      "critical,CA:TRUE,pathlen:0") &&
        add_extension(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
        add_extension(made.get(), made.get(), NID_subject_key_identifier, "hash") &&
        sign(made.get(), key.get());
    if (!done) return fail(CertificateFault::library);
    return to_pem(made.get(), key.get());
}

Result<CertifiedKey, CertificateFault> issue_server_certificate(
    const CertifiedKey& ca, const std::vector<std::string>& names, WallTime now,
    std::chrono::days valid, KeyKind kind) {
    if (names.empty()) return fail(CertificateFault::bad_name);
    const auto alternatives = alternative_names(names);
    if (!alternatives) return fail(alternatives.error());
    const auto authority = load(ca);
    if (!authority) return fail(authority.error());
    X509* const issuer = authority->certificate.get();

    const Key key{kind == KeyKind::rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256")};
    if (!key) return fail(CertificateFault::library);
    // The common name has room for 64 octets; who is meant stands in the alternative names.
    const auto made = begin(key.get(), names.front().substr(0, 64), now, valid);
    const bool done =
        made && X509_set_issuer_name(made.get(), X509_get_subject_name(issuer)) == 1 &&
        add_extension(made.get(), issuer, NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(made.get(), issuer, NID_key_usage, "critical,digitalSignature") &&
        add_extension(made.get(), issuer, NID_ext_key_usage, "serverAuth") &&
        add_extension(made.get(), issuer, NID_subject_key_identifier, "hash") &&
        add_extension(made.get(), issuer, NID_authority_key_identifier, "keyid:always") &&
        X509_add1_ext_i2d(made.get(), NID_subject_alt_name, alternatives->get(), 0,
                          X509V3_ADD_DEFAULT) == 1 &&
        sign(made.get(), authority->key.get());
    if (!done) return fail(CertificateFault::library);
    return to_pem(made.get(), key.get());
}

}  // namespace signet::crypto

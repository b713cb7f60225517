#include "crypto/server_certificate.h"

#include "base/invariant.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/owned.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace signet::crypto {
namespace {

void free_chain(STACK_OF(X509) * chain) { sk_X509_pop_free(chain, X509_free); }

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Leaf = Owned<X509, X509_free>;
using Chain = Owned<STACK_OF(X509), free_chain>;
using Bio = Owned<BIO, BIO_free_all>;
using Names = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using Context = Owned<SSL_CTX, SSL_CTX_free>;

constexpr int kMaxChain = 10;

// The first says what was wrong with a text, the last only which layer gave up.
std::string first_error() {
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    return reason ? reason : "unknown error";
}

// A key that asks for a passphrase would otherwise stop the start at a terminal prompt.
int no_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

Bio reader(std::string_view text) {
    return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

WallTime time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return WallTime{std::chrono::seconds{::timegm(&parts)}};
}

std::string kind_of(const EVP_PKEY* key) {
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_EC: return "ECDSA";
    case EVP_PKEY_RSA: return "RSA";
    default: {
        const char* name = EVP_PKEY_get0_type_name(key);
        return name ? name : "unknown";
    }
    }
}

std::vector<std::string> names_of(X509* leaf) {
    std::vector<std::string> names;
    const Names all{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr))};
    for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const auto* name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type != GEN_DNS) continue;
        const auto* octets = ASN1_STRING_get0_data(name->d.dNSName);
        const auto size = ASN1_STRING_length(name->d.dNSName);
        auto text = lower(std::string_view{reinterpret_cast<const char*>(octets),
                                           static_cast<std::size_t>(size)});
        if (std::ranges::find(names, text) == names.end()) names.push_back(std::move(text));
    }
    return names;
}

std::string fingerprint_of(X509* leaf) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    INVARIANT(X509_digest(leaf, EVP_sha256(), digest.data(), &size) == 1, "SHA-256 is there");
    return hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

struct ServerCertificate::Parts {
    Leaf leaf;
    Chain chain;
    Key key;

    std::string read_chain(std::string_view pem) {
        const auto in = reader(pem);
        bool asked = false;
        leaf.reset(PEM_read_bio_X509_AUX(in.get(), nullptr, no_passphrase, &asked));
        if (!leaf) return first_error();
        chain.reset(sk_X509_new_null());
        while (auto* next = PEM_read_bio_X509(in.get(), nullptr, no_passphrase, &asked)) {
            if (sk_X509_num(chain.get()) == kMaxChain || sk_X509_push(chain.get(), next) == 0) {
                X509_free(next);
                return "the chain is too long";
            }
        }
        const auto reason = ERR_GET_REASON(ERR_peek_last_error());
        if (reason != PEM_R_NO_START_LINE) return first_error();  // cut off in the middle
        ERR_clear_error();
        return {};
    }
    // asked: it is encrypted.
    bool read_key(std::string_view pem, bool& asked) {
        const auto in = reader(pem);
        key.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, &asked));
        return key != nullptr;
    }
};

ServerCertificate::ServerCertificate(std::unique_ptr<Parts> parts)
    : parts_(std::move(parts)),
      names_(names_of(parts_->leaf.get())),
      key_kind_(kind_of(parts_->key.get())),
      fingerprint_(fingerprint_of(parts_->leaf.get())),
      not_before_(time_of(X509_get0_notBefore(parts_->leaf.get()))),
      not_after_(time_of(X509_get0_notAfter(parts_->leaf.get()))) {}

ServerCertificate::~ServerCertificate() = default;

Result<std::shared_ptr<const ServerCertificate>, std::string> ServerCertificate::read(
    std::string_view certificate_pem, std::string_view key_pem, const CertificateSource& source) {
    ERR_clear_error();
    auto parts = std::make_unique<Parts>();
    if (auto wrong = parts->read_chain(certificate_pem); !wrong.empty()) {
        return fail("certificate " + source.certificate + ": " + wrong);
    }
    bool encrypted = false;
    if (!parts->read_key(key_pem, encrypted)) {
        if (encrypted) {
            return fail("key " + source.key + " is encrypted; give it without a passphrase");
        }
        return fail("key " + source.key + ": " + first_error());
    }
    if (X509_check_private_key(parts->leaf.get(), parts->key.get()) != 1) {
        return fail("key " + source.key + " does not belong to certificate " + source.certificate);
    }
    std::shared_ptr<ServerCertificate> made{new ServerCertificate{std::move(parts)}};
    made->identity_ = sha256(sha256(certificate_pem) + sha256(key_pem));
    // What OpenSSL would refuse to show: a key that is too short, a signature by SHA-1.
    ERR_clear_error();
    const Context trial{SSL_CTX_new(TLS_server_method())};
    if (!trial || !made->use_in(trial.get())) {
        return fail("certificate " + source.certificate + ": " + first_error());
    }
    return made;
}

bool ServerCertificate::use_in(ssl_ctx_st* context) const {
    return SSL_CTX_use_cert_and_key(context, parts_->leaf.get(), parts_->key.get(),
                                    parts_->chain.get(), /*override=*/0) == 1;
}

}  // namespace signet::crypto

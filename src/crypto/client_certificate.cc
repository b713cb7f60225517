#include "crypto/client_certificate.h"

#include "base/invariant.h"
#include "base/text.h"
#include "crypto/owned.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace signet::crypto {
namespace {

void free_stack(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }
void free_infos(STACK_OF(X509_INFO) * infos) { sk_X509_INFO_pop_free(infos, X509_INFO_free); }

using Certificate = Owned<X509, X509_free>;
using Stack = Owned<STACK_OF(X509), free_stack>;
using Infos = Owned<STACK_OF(X509_INFO), free_infos>;
using Bio = Owned<BIO, BIO_free_all>;
using Names = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using Store = Owned<X509_STORE, X509_STORE_free>;
using StoreContext = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kMostNames = 100;
// 112 bits: no RSA below 2048, no SHA-1 (SSL_CTX_set_security_level(3)).
constexpr int kAuthLevel = 2;

std::string first_error() {
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    return reason ? reason : "unknown error";
}

WallTime time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return WallTime{std::chrono::seconds{::timegm(&parts)}};
}

std::string_view octets_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

bool is_printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

// A name with a NUL in it was once cut off there, and was another one (CVE-2009-2408).
void keep(std::vector<std::string>& names, std::string_view name, bool fits) {
    if (!fits || name.empty() || name.size() > kLongestName || names.size() == kMostNames) return;
    names.emplace_back(name);
}

std::string subject_of(const X509* certificate) {
    const Bio out{BIO_new(BIO_s_mem())};
    X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0,
                       XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return sanitised({text, static_cast<std::size_t>(std::max(size, 0L))}, kLongestName);
}

bool is_principal(const ASN1_OBJECT* type) { return OBJ_obj2nid(type) == NID_ms_upn; }

Certificate parse(std::string_view der) {
    if (der.size() > kLargestCertificate) return nullptr;
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const auto* end = at + der.size();
    Certificate read{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
    if (at != end) return nullptr;  // something behind it
    return read;
}

std::string der_of(const X509_NAME* name) {
    unsigned char* octets = nullptr;
    const int size = i2d_X509_NAME(name, &octets);
    if (size <= 0) return {};
    std::string der{reinterpret_cast<const char*>(octets), static_cast<std::size_t>(size)};
    OPENSSL_free(octets);
    return der;
}

// Nobody is asked at a terminal: what is encrypted does not load.
int no_passphrase(char*, int, int, void*) { return -1; }

Bio reader(std::string_view text) {
    return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

}  // namespace

Result<ClientCertificate, std::string> ClientCertificate::read(std::string_view der) {
    ERR_clear_error();
    const auto certificate = parse(der);
    if (!certificate) return fail(std::string{"not a certificate"});
    return describe(certificate.get());
}

Result<ClientCertificate, std::string> ClientCertificate::read_pem(std::string_view pem) {
    ERR_clear_error();
    const Certificate certificate{
        PEM_read_bio_X509(reader(pem).get(), nullptr, no_passphrase, nullptr)};
    if (!certificate) return fail("not a certificate in PEM: " + first_error());
    return describe(certificate.get());
}

Result<ClientCertificate, std::string> ClientCertificate::describe(x509_st* certificate) {
    ClientCertificate made;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) {
        return fail(first_error());
    }
    made.fingerprint_ = hex({reinterpret_cast<const char*>(digest.data()), size});
    made.subject_ = subject_of(certificate);
    made.not_before_ = time_of(X509_get0_notBefore(certificate));
    made.not_after_ = time_of(X509_get0_notAfter(certificate));
    const Names names{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const auto* name = sk_GENERAL_NAME_value(names.get(), i);
        const auto plain = [&](std::vector<std::string>& into) {
            const auto text = octets_of(name->d.ia5);
            keep(into, text, is_printable(text));
        };
        switch (name->type) {
        case GEN_EMAIL: plain(made.emails_); break;
        case GEN_DNS: plain(made.dns_names_); break;
        case GEN_URI: plain(made.uris_); break;
        case GEN_OTHERNAME: {
            const auto* value = name->d.otherName->value;
            if (!is_principal(name->d.otherName->type_id) || value->type != V_ASN1_UTF8STRING)
                break;
            const auto text = octets_of(value->value.utf8string);
            keep(made.principals_, text, is_utf8(text) && sanitised(text, kLongestName) == text);
            break;
        }
        default: break;
        }
    }
    return made;
}

struct ClientAuthorities::Parts {
    Store store;
};

ClientAuthorities::ClientAuthorities(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ClientAuthorities::~ClientAuthorities() = default;

Result<std::shared_ptr<const ClientAuthorities>, std::string> ClientAuthorities::read(
    std::string_view authorities, std::string_view revoked) {
    ERR_clear_error();
    auto parts = std::make_unique<Parts>();
    parts->store.reset(X509_STORE_new());
    INVARIANT(parts->store, "OpenSSL makes a store");
    // Whoever is named is trusted, also one whose own authority is not.
    X509_STORE_set_flags(parts->store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    std::shared_ptr<ClientAuthorities> made{new ClientAuthorities{std::move(parts)}};
    auto* store = made->parts_->store.get();

    const auto infos_in = [](std::string_view pem) {
        return Infos{PEM_X509_INFO_read_bio(reader(pem).get(), nullptr, no_passphrase, nullptr)};
    };
    const auto listed = infos_in(authorities);
    for (int i = 0; i < sk_X509_INFO_num(listed.get()); ++i) {
        auto* certificate = sk_X509_INFO_value(listed.get(), i)->x509;
        if (!certificate) continue;
        if (X509_check_ca(certificate) == 0) {
            return fail("`" + subject_of(certificate) + "` is no certificate of an authority");
        }
        if (X509_STORE_add_cert(store, certificate) != 1) return fail(first_error());
        const auto ends = time_of(X509_get0_notAfter(certificate));
        made->first_end_ = made->subjects_.empty() ? ends : std::min(made->first_end_, ends);
        made->subjects_.push_back(der_of(X509_get_subject_name(certificate)));
    }
    if (made->subjects_.empty()) return fail(std::string{"there is no certificate in it"});
    if (revoked.empty()) return made;

    const auto lists = infos_in(revoked);
    int found = 0;
    for (int i = 0; i < sk_X509_INFO_num(lists.get()); ++i) {
        auto* list = sk_X509_INFO_value(lists.get(), i)->crl;
        if (!list) continue;
        if (X509_STORE_add_crl(store, list) != 1) return fail(first_error());
        ++found;
    }
    if (found == 0) return fail(std::string{"there is no revocation list in it"});
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return made;
}

Result<void, std::string> ClientAuthorities::judge(const ShownCertificate& shown,
                                                   WallTime now) const {
    ERR_clear_error();
    const auto leaf = parse(shown.leaf);
    const Stack chain{sk_X509_new_null()};
    if (!leaf || !chain || shown.chain.size() > kLongestChain) {
        return fail(std::string{"not a certificate"});
    }
    for (const auto& der : shown.chain) {
        auto between = parse(der);
        if (!between) return fail(std::string{"not a certificate"});
        if (sk_X509_push(chain.get(), between.get()) == 0)
            return fail(std::string{"out of memory"});
        (void)between.release();  // the stack's
    }
    const StoreContext context{X509_STORE_CTX_new()};
    if (!context ||
        X509_STORE_CTX_init(context.get(), parts_->store.get(), leaf.get(), chain.get()) != 1 ||
        X509_STORE_CTX_set_default(context.get(), "ssl_client") != 1) {
        return fail(std::string{"out of memory"});
    }
    auto* rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(
        rules, std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
    X509_VERIFY_PARAM_set_depth(rules, static_cast<int>(kLongestChain));
    X509_VERIFY_PARAM_set_auth_level(rules, kAuthLevel);
    if (X509_verify_cert(context.get()) == 1) return {};
    const int why = X509_STORE_CTX_get_error(context.get());
    return fail(
        std::string{why == X509_V_OK ? "it cannot be judged" : X509_verify_cert_error_string(why)});
}

}  // namespace signet::crypto

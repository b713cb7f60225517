#include "net/tls_context.h"

#include "base/errno_text.h"
#include "base/invariant.h"

#include <arpa/inet.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <cerrno>
#include <cstdio>

namespace signet::net {

namespace {

constexpr const char* kCiphers12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kGroups = "X25519:P-256:P-384:P-521";
constexpr std::size_t kIvSize = 16;             // of AES-CBC
constexpr std::string_view kProtocol = "smtp";  // in ALPN

// The first says what was wrong with a file, the last only which layer gave up.
std::string first_error() {
    const auto code = ERR_peek_error();
    const char* reason = ERR_reason_error_string(code);
    return reason ? reason : "unknown error";
}

// A key that asks for a passphrase would otherwise stop the start at a terminal prompt.
int no_passphrase(char*, int, int, void* asked) {
    if (asked) *static_cast<bool*>(asked) = true;
    return -1;
}

void set_common(SSL_CTX* context, const std::string& min) {
    INVARIANT(min == "1.2" || min == "1.3", "settings allow no other version");
    const int version = min == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION;
    INVARIANT(SSL_CTX_set_min_proto_version(context, version) == 1, "OpenSSL knows TLS 1.2, 1.3");
    INVARIANT(SSL_CTX_set_cipher_list(context, kCiphers12) == 1, "OpenSSL knows these ciphers");
    INVARIANT(SSL_CTX_set1_groups_list(context, kGroups) == 1, "OpenSSL knows these groups");
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    // An idle connection owns no buffers; a write may go on from another address.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);  // a record in one read(2), not two
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

// OpenSSL's own words for a missing file are poor.
std::string unreadable(const char* what, const std::string& file) {
    if (std::FILE* opened = std::fopen(file.c_str(), "re")) {
        std::fclose(opened);
        return {};
    }
    return std::string(what) + ' ' + file + ": " + errno_text(errno);
}

std::string load_files(SSL_CTX* context, const TlsServerOptions& options) {
    const auto& [certificate, key, min, keys] = options;
    ERR_clear_error();
    if (auto text = unreadable("certificate", certificate); !text.empty()) return text;
    if (auto text = unreadable("key", key); !text.empty()) return text;
    if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
        return "certificate " + certificate + ": " + first_error();
    }
    bool asked = false;
    SSL_CTX_set_default_passwd_cb_userdata(context, &asked);
    const bool loaded = SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    if (asked) return "key " + key + " is encrypted; give it without a passphrase";
    const auto reason = ERR_GET_REASON(ERR_peek_error());
    if (!loaded && reason != X509_R_KEY_VALUES_MISMATCH && reason != X509_R_KEY_TYPE_MISMATCH) {
        return "key " + key + ": " + first_error();
    }
    if (!loaded || SSL_CTX_check_private_key(context) != 1) {
        return "key " + key + " does not belong to certificate " + certificate;
    }
    return {};
}

// A client that offers protocols, and not ours, has lost its way: a browser, or an attack that
// makes one talk to us (ALPACA).  RFC 7301 §3.2: no_application_protocol.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned in_size, void*) {
    for (unsigned at = 0; at < in_size; at += 1u + in[at]) {
        if (at + 1u + in[at] > in_size) break;
        const std::string_view offered(reinterpret_cast<const char*>(in + at + 1), in[at]);
        if (offered == kProtocol) {
            *out = in + at + 1;
            *out_size = in[at];
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

int accept_name(SSL*, int*, void*) { return SSL_TLSEXT_ERR_OK; }

bool use_key(const TicketKey& key, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
             bool seal) {
    // Fetched once: a fetch takes a lock that all threads share.
    static EVP_CIPHER* const aes = EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr);
    char digest[] = "SHA256";
    std::array<OSSL_PARAM, 3> params{
        OSSL_PARAM_construct_octet_string(
            OSSL_MAC_PARAM_KEY, const_cast<std::uint8_t*>(key.mac.data()), key.mac.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    return EVP_CipherInit_ex(cipher, aes, nullptr, key.cipher.data(), iv, seal ? 1 : 0) == 1 &&
           EVP_MAC_CTX_set_params(mac, params.data()) == 1;
}

// SSL_CTX_set_tlsext_ticket_key_evp_cb(3): 1 goes on, 2 also renews, 0 is a full handshake.
int ticket_key(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
               EVP_MAC_CTX* mac, int seal) {
    auto& keys = *static_cast<TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    if (seal) {
        const auto key = keys.for_sealing();
        std::ranges::copy(key.name, name);
        keys.fill({iv, kIvSize});
        return use_key(key, iv, cipher, mac, true) ? 1 : -1;
    }
    const auto found = keys.for_opening({name, TicketKey{}.name.size()});
    if (!found) return 0;
    if (!use_key(found->key, iv, cipher, mac, false)) return -1;
    return found->current ? 1 : 2;
}

void set_tickets(SSL_CTX* context, TicketKeys* keys) {
    if (!keys) {
        SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(context, 0);
        return;
    }
    SSL_CTX_set_app_data(context, keys);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(context, ticket_key);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_timeout(context, keys->life().count());
    constexpr std::string_view kContext = "signet";
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(kContext.data()),
                                   static_cast<unsigned>(kContext.size()));
}

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> octets{};
    return ::inet_pton(AF_INET, host.c_str(), octets.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), octets.data()) == 1;
}

bool expect_host(SSL* ssl, const std::string& host, bool verify) {
    const bool address = is_address(host);
    // RFC 6066 §3: no literal addresses in SNI.
    if (!address && SSL_set_tlsext_host_name(ssl, host.c_str()) != 1) return false;
    if (!verify) return true;
    auto* param = SSL_get0_param(ssl);
    // RFC 9525 §2: names are in subjectAltName; the subject's CN is not one.
    X509_VERIFY_PARAM_set_hostflags(
        param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return address ? X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1
                   : X509_VERIFY_PARAM_set1_host(param, host.c_str(), host.size()) == 1;
}

std::unique_ptr<TlsIo> broken(std::string why) {
    auto io = std::make_unique<TlsIo>(nullptr);
    io->set_error(std::move(why));
    return io;
}

}  // namespace

Result<std::shared_ptr<const TlsServerContext>, std::string> TlsServerContext::load(
    const TlsServerOptions& options) {
    std::shared_ptr<TlsServerContext> made(new TlsServerContext(SSL_CTX_new(TLS_server_method())));
    INVARIANT(made->context_, "OpenSSL makes a context");
    set_common(made->context_, options.min);
    if (auto text = load_files(made->context_, options); !text.empty()) return fail(text);
    made->ticket_keys_ = options.ticket_keys;
    set_tickets(made->context_, options.ticket_keys.get());
    SSL_CTX_set_alpn_select_cb(made->context_, select_protocol, nullptr);
    SSL_CTX_set_tlsext_servername_callback(made->context_, accept_name);
    return made;
}

TlsServerContext::~TlsServerContext() { SSL_CTX_free(context_); }

std::unique_ptr<TlsIo> TlsServerContext::accept(int socket) const {
    auto* ssl = SSL_new(context_);
    if (!ssl || SSL_set_fd(ssl, socket) != 1) {
        SSL_free(ssl);
        return broken("out of memory");
    }
    SSL_set_accept_state(ssl);
    return std::make_unique<TlsIo>(ssl);
}

WallTime TlsServerContext::not_after() const {
    std::tm end{};
    const auto* leaf = SSL_CTX_get0_certificate(context_);
    INVARIANT(leaf && ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &end) == 1,
              "a loaded certificate has an end");
    return WallTime{std::chrono::seconds{::timegm(&end)}};
}

TlsServerSlot::TlsServerSlot(std::shared_ptr<const TlsServerContext> context)
    : context_(std::move(context)) {}

void TlsServerSlot::set(std::shared_ptr<const TlsServerContext> context) {
    const std::lock_guard lock(mutex_);
    context_ = std::move(context);
}

std::shared_ptr<const TlsServerContext> TlsServerSlot::get() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

std::unique_ptr<TlsIo> TlsServerSlot::begin(int socket) const {
    const auto context = get();
    return context ? context->accept(socket) : broken("no certificate is loaded");
}

Result<std::shared_ptr<const TlsClientContext>, std::string> TlsClientContext::load(
    const TlsClientOptions& options) {
    std::shared_ptr<TlsClientContext> made(
        new TlsClientContext(SSL_CTX_new(TLS_client_method()), options.verify));
    INVARIANT(made->context_, "OpenSSL makes a context");
    set_common(made->context_, options.min);
    if (!options.verify) return made;
    SSL_CTX_set_verify(made->context_, SSL_VERIFY_PEER, nullptr);
    ERR_clear_error();
    if (options.ca.empty()) {
        if (SSL_CTX_set_default_verify_paths(made->context_) == 1) return made;
        return fail("the system's trusted certificates: " + first_error());
    }
    if (auto text = unreadable("ca", options.ca); !text.empty()) return fail(text);
    if (SSL_CTX_load_verify_file(made->context_, options.ca.c_str()) == 1) return made;
    return fail("ca " + options.ca + ": " + first_error());
}

TlsClientContext::~TlsClientContext() { SSL_CTX_free(context_); }

std::unique_ptr<TlsIo> TlsClientContext::connect(int socket, const std::string& host) const {
    auto* ssl = SSL_new(context_);
    if (!ssl || SSL_set_fd(ssl, socket) != 1 || !expect_host(ssl, host, verify_)) {
        SSL_free(ssl);
        return broken("out of memory, or not a host name");
    }
    SSL_set_connect_state(ssl);
    return std::make_unique<TlsIo>(ssl);
}

std::shared_ptr<const TlsStarter> make_client_starter(
    std::shared_ptr<const TlsClientContext> context, std::string host) {
    struct Client final : TlsStarter {
        Client(std::shared_ptr<const TlsClientContext> with, std::string name)
            : context_(std::move(with)), host_(std::move(name)) {}
        std::unique_ptr<TlsIo> begin(int socket) const override {
            return context_->connect(socket, host_);
        }
        std::shared_ptr<const TlsClientContext> context_;
        std::string host_;
    };
    return std::make_shared<Client>(std::move(context), std::move(host));
}

}  // namespace signet::net

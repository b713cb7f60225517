#include "base/invariant.h"
#include "crypto/certificate_choice.h"
#include "net/tls_common.h"
#include "net/tls_context.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/ssl.h>
#include <algorithm>
#include <array>

namespace signet::net {
namespace {

constexpr std::size_t kIvSize = 16;  // of AES-CBC
// Octets of all certificates that a client shows: nobody has proven anything yet, and three of RSA
// take five thousand.
constexpr long kLargestList = 32 << 10;
constexpr std::string_view kProtocol = "smtp";  // in ALPN

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
    // A session that is resumed shows no certificate: who has one comes with it each time.  RFC
    // 5077 §3.3: TLS 1.2 then sends an empty ticket; for TLS 1.3 see take_certificate.
    if (seal && SSL_get0_peer_certificate(ssl)) return 0;
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

// Any certificate will do for a handshake: whether it is worth anything is judged when somebody
// signs in with it, and a client that shows one to every server is served as one without.  That the
// client has its key, the handshake proves.
int take_certificate(X509_STORE_CTX* context, void*) {
    auto* ssl = static_cast<SSL*>(
        X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    SSL_set_num_tickets(ssl, 0);
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

void ask_for_certificate(SSL_CTX* context, const std::vector<std::string>& authorities) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, take_certificate, nullptr);
    SSL_CTX_set_max_cert_list(context, kLargestList);
    auto* names = sk_X509_NAME_new_null();
    for (const auto& der : authorities) {
        const auto* at = reinterpret_cast<const unsigned char*>(der.data());
        auto* name = d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size()));
        INVARIANT(name && sk_X509_NAME_push(names, name) > 0, "subjects of certificates are names");
    }
    SSL_CTX_set_client_CA_list(context, names);
}

std::vector<crypto::Candidate> candidates_of(const TlsServerOptions& options) {
    std::vector<crypto::Candidate> candidates;
    candidates.reserve(options.certificates.size());
    for (const auto& certificate : options.certificates) {
        candidates.push_back({certificate->names(), certificate->key_kind()});
    }
    return candidates;
}

}  // namespace

// One OpenSSL context for each set of certificates; a connection begins with the first.
struct TlsServerContext::Parts {
    struct Free {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };

    explicit Parts(const TlsServerOptions& options)
        : certificates(options.certificates),
          choice(candidates_of(options)),
          ticket_keys(options.ticket_keys) {}

    std::vector<std::shared_ptr<const crypto::ServerCertificate>> certificates;
    crypto::CertificateChoice choice;
    std::shared_ptr<TicketKeys> ticket_keys;  // the contexts point to it
    std::vector<std::unique_ptr<SSL_CTX, Free>> contexts;
};

namespace {

// Nothing is kept of the name but in the handshake itself (CVE-2017-15130).
int choose_certificate(SSL* ssl, int*, void* parts) {
    const auto& [certificates, choice, keys, contexts] =
        *static_cast<const TlsServerContext::Parts*>(parts);
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    const auto set = name ? choice.find(name) : 0;
    if (set != 0 && !SSL_set_SSL_CTX(ssl, contexts[set].get())) return SSL_TLSEXT_ERR_ALERT_FATAL;
    return SSL_TLSEXT_ERR_OK;
}

// The newest version that the client offers, for whoever asks why there was no handshake.
int note_offer(SSL* ssl, int*, void*) {
    auto* io = static_cast<TlsIo*>(SSL_get_app_data(ssl));
    unsigned newest = SSL_client_hello_get0_legacy_version(ssl);
    const unsigned char* octets = nullptr;
    std::size_t size = 0;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_supported_versions, &octets, &size) == 1) {
        // RFC 8446 §4.2.1: a length, then two octets a version.  RFC 8701: some are grease.
        for (std::size_t at = 1; at + 1 < size; at += 2) {
            const unsigned version = octets[at] * 256u + octets[at + 1];
            const bool grease = (version & 0x0F0Fu) == 0x0A0Au;
            if (!grease) newest = std::max(newest, version);
        }
    }
    if (io) io->note_offer(static_cast<std::uint16_t>(newest));
    return SSL_CLIENT_HELLO_SUCCESS;
}

}  // namespace

TlsServerContext::TlsServerContext(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TlsServerContext::~TlsServerContext() = default;

std::shared_ptr<const TlsServerContext> TlsServerContext::make(const TlsServerOptions& options) {
    auto parts = std::make_unique<Parts>(options);
    for (const auto& set : parts->choice.sets()) {
        auto& context = parts->contexts.emplace_back(SSL_CTX_new(TLS_server_method()));
        INVARIANT(context, "OpenSSL makes a context");
        set_common(context.get(), options.min, options.ciphers);
        SSL_CTX_set_options(context.get(),
                            SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
        for (const auto index : set) {
            INVARIANT(parts->certificates[index]->use_in(context.get()),
                      "a certificate was tried when it was read");
        }
        set_tickets(context.get(), parts->ticket_keys.get());
        if (options.ask_for_certificate) ask_for_certificate(context.get(), options.authorities);
        SSL_CTX_set_alpn_select_cb(context.get(), select_protocol, nullptr);
        SSL_CTX_set_tlsext_servername_callback(context.get(), choose_certificate);
        SSL_CTX_set_tlsext_servername_arg(context.get(), parts.get());
        SSL_CTX_set_client_hello_cb(context.get(), note_offer, nullptr);
    }
    return std::shared_ptr<const TlsServerContext>(new TlsServerContext(std::move(parts)));
}

std::unique_ptr<TlsIo> TlsServerContext::accept(int socket) const {
    auto* ssl = SSL_new(parts_->contexts.front().get());
    if (!ssl || SSL_set_fd(ssl, socket) != 1) {
        SSL_free(ssl);
        return broken_io("out of memory");
    }
    SSL_set_accept_state(ssl);
    return std::make_unique<TlsIo>(ssl, shared_from_this());
}

WallTime TlsServerContext::not_after() const { return parts_->certificates.front()->not_after(); }

TlsServerSlot::TlsServerSlot(std::shared_ptr<const TlsServerContext> context)
    : context_(std::move(context)) {}

std::unique_ptr<TlsIo> TlsServerSlot::begin(int socket) const {
    const auto context = context_.get();
    return context ? context->accept(socket) : broken_io("no certificate is loaded");
}

}  // namespace signet::net

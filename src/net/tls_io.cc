#include "net/tls_io.h"

#include "base/errno_text.h"
#include "base/text.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <cerrno>
#include <utility>

namespace signet::net {

namespace {

constexpr std::size_t kMaxName = 255;  // of SNI: a host name (RFC 1035 §2.3.4)

// RFC 9266 §2: 32 octets, and an empty context.  On TLS 1.2 that is another value than none.
std::optional<Secret> exported(SSL* ssl) {
    constexpr std::string_view kLabel = "EXPORTER-Channel-Binding";
    constexpr std::size_t kOctets = 32;
    std::string octets(kOctets, '\0');
    const unsigned char none = 0;
    const int done = SSL_export_keying_material(
        ssl, reinterpret_cast<unsigned char*>(octets.data()), octets.size(), kLabel.data(),
        kLabel.size(), &none, 0, /*use_context=*/1);
    Secret made{std::move(octets)};
    if (done != 1) return {};
    return made;
}

// RFC 5929 §3.1: the first Finished of the handshake, which is the client's, or the server's when a
// session is resumed.
std::optional<Secret> first_finished(SSL* ssl) {
    const bool ours = (SSL_is_server(ssl) == 1) == (SSL_session_reused(ssl) == 1);
    std::string octets(EVP_MAX_MD_SIZE, '\0');
    const auto size = ours ? SSL_get_finished(ssl, octets.data(), octets.size())
                           : SSL_get_peer_finished(ssl, octets.data(), octets.size());
    if (size == 0 || size > octets.size()) return {};
    octets.resize(size);
    return Secret{std::move(octets)};
}

std::string der_of(const X509* certificate) {
    unsigned char* octets = nullptr;
    const int size = i2d_X509(certificate, &octets);
    if (size <= 0) return {};
    std::string der{reinterpret_cast<const char*>(octets), static_cast<std::size_t>(size)};
    OPENSSL_free(octets);
    return der;
}

std::shared_ptr<const crypto::ShownCertificate> shown_by_client(SSL* ssl) {
    const auto* leaf = SSL_is_server(ssl) == 1 ? SSL_get0_peer_certificate(ssl) : nullptr;
    if (leaf == nullptr) return {};
    auto shown = std::make_shared<crypto::ShownCertificate>();
    shown->leaf = der_of(leaf);
    const auto* chain = SSL_get_peer_cert_chain(ssl);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        shown->chain.push_back(der_of(sk_X509_value(chain, i)));
    }
    return shown;
}

HandshakeFault fault_of(int reason) {
    if (reason > SSL_AD_REASON_OFFSET) return HandshakeFault::client_alert;
    switch (reason) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_NO_PROTOCOLS_AVAILABLE: return HandshakeFault::no_shared_version;
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_GROUPS:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SHARED_GROUPS:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM: return HandshakeFault::no_shared_cipher;
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_WRONG_VERSION_NUMBER: return HandshakeFault::not_tls;
    case SSL_R_NO_APPLICATION_PROTOCOL: return HandshakeFault::alpn;
    default: return HandshakeFault::other;
    }
}

std::string version_name(std::uint16_t version) {
    switch (version) {
    case 0: return {};
    case SSL3_VERSION: return "SSLv3";
    case TLS1_VERSION: return "TLSv1";
    case TLS1_1_VERSION: return "TLSv1.1";
    case TLS1_2_VERSION: return "TLSv1.2";
    case TLS1_3_VERSION: return "TLSv1.3";
    default: {
        const char octets[] = {static_cast<char>(version >> 8), static_cast<char>(version & 0xFF)};
        return "0x" + hex({octets, sizeof octets});
    }
    }
}

}  // namespace

TlsIo::TlsIo(ssl_st* ssl, std::shared_ptr<const void> keeps)
    : keeps_(std::move(keeps)), ssl_(ssl), broken_(ssl == nullptr) {
    if (ssl_) SSL_set_app_data(ssl_, this);
}
TlsIo::~TlsIo() { SSL_free(ssl_); }

Attempt TlsIo::handshake() {
    if (broken_) return {Attempt::Kind::broken};
    ERR_clear_error();  // the queue is the thread's: an old entry would be taken for this call's
    errno = 0;
    const auto attempt = conclude(SSL_do_handshake(ssl_));
    if (attempt.kind == Attempt::Kind::closed && error_.empty()) {
        error_ = "the peer closed during the handshake";
    }
    return attempt;
}

Attempt TlsIo::read(std::span<char> into) {
    if (broken_) return {Attempt::Kind::broken};
    std::size_t filled = 0;
    do {
        ERR_clear_error();
        errno = 0;
        std::size_t got = 0;
        const auto part = into.subspan(filled);
        const auto attempt = conclude(SSL_read_ex(ssl_, part.data(), part.size(), &got));
        if (attempt.kind != Attempt::Kind::done) {
            if (filled == 0) return attempt;
            break;  // it says the same the next time
        }
        filled += got;
    } while (filled < into.size() && SSL_has_pending(ssl_));
    return {Attempt::Kind::done, filled};
}

Attempt TlsIo::write(std::string_view octets) {
    if (broken_) return {Attempt::Kind::broken};
    ERR_clear_error();
    errno = 0;
    std::size_t put = 0;
    auto attempt = conclude(SSL_write_ex(ssl_, octets.data(), octets.size(), &put));
    attempt.octets = put;
    return attempt;
}

// SSL_get_error must follow the call at once, with only errno and the error queue in between.
Attempt TlsIo::conclude(int result) {
    if (result > 0) return {Attempt::Kind::done};
    const int system_error = errno;
    switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ: return {Attempt::Kind::want_read};
    case SSL_ERROR_WANT_WRITE: return {Attempt::Kind::want_write};
    case SSL_ERROR_ZERO_RETURN: return {Attempt::Kind::closed};
    case SSL_ERROR_SYSCALL:
        broken_ = true;
        if (system_error != 0 && system_error != ECONNRESET && system_error != EPIPE) {
            error_ = errno_text(system_error);
        }
        return {Attempt::Kind::closed};
    default: break;
    }
    broken_ = true;
    const auto code = ERR_peek_last_error();
    // A FIN without close_notify.  SMTP marks its own ends, so nothing can be cut off unseen.
    if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        return {Attempt::Kind::closed};
    }
    note_error(code);
    return {Attempt::Kind::broken};
}

void TlsIo::note_error(unsigned long code) {
    const char* reason = ERR_reason_error_string(code);
    error_ = reason ? reason : "unknown error";
    fault_ = fault_of(ERR_GET_REASON(code));
    const auto verified = SSL_get_verify_result(ssl_);
    if (ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK) {
        error_ = error_ + ": " + X509_verify_cert_error_string(verified);
    }
}

HandshakeFailure TlsIo::failure() const {
    const char* name = ssl_ ? SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name) : nullptr;
    return {.why = fault_,
            .offered = version_name(offered_),
            .sni = name ? sanitised(name, kMaxName) : std::string()};
}

bool TlsIo::established() const { return ssl_ && SSL_is_init_finished(ssl_); }

bool TlsIo::has_unread_octets() {
    if (broken_ || !established()) return false;
    ERR_clear_error();
    char octet = 0;
    std::size_t got = 0;
    return conclude(SSL_peek_ex(ssl_, &octet, 1, &got)).kind == Attempt::Kind::done;
}

bool TlsIo::has_buffered() const { return ssl_ && SSL_has_pending(ssl_); }

void TlsIo::send_close_notify() {
    if (broken_ || !established()) return;  // OpenSSL forbids it after a fatal error
    ERR_clear_error();
    (void)SSL_shutdown(ssl_);
}

TlsInfo TlsIo::info() const {
    const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
    return {.version = SSL_get_version(ssl_),
            .cipher = SSL_get_cipher_name(ssl_),
            .sni = name ? sanitised(name, kMaxName) : std::string(),
            .resumed = SSL_session_reused(ssl_) == 1,
            .certificate = shown_by_client(ssl_)};
}

// On TLS 1.2 either is worth nothing without the extended master secret: two connections could be
// made to share one (RFC 7627 §1), and a resumed session would not even need the same certificate.
// TLS 1.3 always has what that brought (RFC 9266 §2), and OpenSSL then answers 0.
std::optional<Secret> TlsIo::channel_binding(ChannelBinding type) const {
    if (!established()) return {};
    const bool modern = SSL_version(ssl_) >= TLS1_3_VERSION;
    if (!modern && SSL_get_extms_support(ssl_) != 1) return {};
    switch (type) {
    case ChannelBinding::tls_exporter: return exported(ssl_);
    case ChannelBinding::tls_unique: return modern ? std::nullopt : first_finished(ssl_);
    }
    std::unreachable();
}

}  // namespace signet::net

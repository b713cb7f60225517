#include "base/errno_text.h"
#include "base/invariant.h"
#include "net/tls_common.h"
#include "net/tls_context.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <array>
#include <cerrno>
#include <cstdio>

namespace signet::net {
namespace {

// The first says what was wrong with a file, the last only which layer gave up.
std::string first_error() {
    const auto code = ERR_peek_error();
    const char* reason = ERR_reason_error_string(code);
    return reason ? reason : "unknown error";
}

// OpenSSL's own words for a missing file are poor.
std::string unreadable(const char* what, const std::string& file) {
    if (std::FILE* opened = std::fopen(file.c_str(), "re")) {
        std::fclose(opened);
        return {};
    }
    return std::string(what) + ' ' + file + ": " + errno_text(errno);
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

// What a server that asks for it is shown (RFC 8446 §4.4.2).  A sentence if it cannot be used.
std::string show_certificate(SSL_CTX* context, const TlsClientOptions& options) {
    if (options.certificate.empty()) return {};
    ERR_clear_error();
    if (auto text = unreadable("certificate", options.certificate); !text.empty()) return text;
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) != 1) {
        return "certificate " + options.certificate + ": " + first_error();
    }
    if (auto text = unreadable("key", options.key); !text.empty()) return text;
    if (SSL_CTX_use_PrivateKey_file(context, options.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return "key " + options.key + ": " + first_error();
    }
    return {};
}

}  // namespace

Result<std::shared_ptr<const TlsClientContext>, std::string> TlsClientContext::load(
    const TlsClientOptions& options) {
    std::shared_ptr<TlsClientContext> made(
        new TlsClientContext(SSL_CTX_new(TLS_client_method()), options.verify));
    INVARIANT(made->context_, "OpenSSL makes a context");
    set_common(made->context_, options.min);
    if (auto text = show_certificate(made->context_, options); !text.empty()) return fail(text);
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
        return broken_io("out of memory, or not a host name");
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

// What a TLS connection begins with: certificates and rules.  Immutable and safe for concurrent
// use once loaded; OpenSSL stays behind this header.
//
// Both sides: TLS 1.2 or later (RFC 8996 §1), with ECDHE and AEAD only on 1.2 (RFC 9325 §4.2), no
// compression, no renegotiation.
#pragma once

#include "base/result.h"
#include "crypto/server_certificate.h"
#include "net/slot.h"
#include "net/ticket_keys.h"
#include "net/tls_io.h"

#include <memory>
#include <string>
#include <vector>

struct ssl_ctx_st;

namespace signet::net {

struct TlsServerOptions {
    // At least one; the first is shown to clients that ask for no name that any of them has (SNI).
    std::vector<std::shared_ptr<const crypto::ServerCertificate>> certificates;
    std::string min = "1.2";                       // or "1.3"
    std::string ciphers = {};                      // of TLS 1.2 (net/cipher_list.h); empty: ours
    std::shared_ptr<TicketKeys> ticket_keys = {};  // null: no resumption
    // Clients are asked for a certificate; who has none, or one that nobody knows, is served too.
    bool ask_for_certificate = false;
    // Whose they may be: subjects, DER, for clients to choose by (RFC 8446 §4.2.4); empty: anybody.
    std::vector<std::string> authorities = {};
};

class TlsServerContext : public std::enable_shared_from_this<TlsServerContext> {
public:
    // REQUIRES: the ciphers can be used (judge_ciphers).
    static std::shared_ptr<const TlsServerContext> make(const TlsServerOptions& options);
    ~TlsServerContext();

    // The connection keeps the context.
    std::unique_ptr<TlsIo> accept(int socket) const;
    WallTime not_after() const;  // when the first certificate ends

    struct Parts;

private:
    explicit TlsServerContext(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// The context in force: swapped whole when a certificate is renewed.  Handshakes under way keep
// the one they began with.
class TlsServerSlot final : public TlsStarter {
public:
    explicit TlsServerSlot(std::shared_ptr<const TlsServerContext> context = {});
    void set(std::shared_ptr<const TlsServerContext> context) { context_.set(std::move(context)); }
    std::shared_ptr<const TlsServerContext> get() const { return context_.get(); }
    std::unique_ptr<TlsIo> begin(int socket) const override;
    bool awaits_hello() const override { return true; }

private:
    Slot<TlsServerContext> context_;
};

struct TlsClientOptions {
    bool verify = true;   // false: opportunistic (RFC 7435 §3), anybody may be at the other end
    std::string ca = {};  // PEM file of trusted certificates; empty: the system's
    std::string min = "1.2";
    std::string certificate = {}, key = {};  // PEM files, shown to a server that asks; or neither
};

class TlsClientContext {
public:
    static Result<std::shared_ptr<const TlsClientContext>, std::string> load(
        const TlsClientOptions& options);
    ~TlsClientContext();

    // host: a name (sent as SNI and, if verifying, found in the certificate) or an IP address.
    std::unique_ptr<TlsIo> connect(int socket, const std::string& host) const;
    bool verifies() const { return verify_; }

private:
    TlsClientContext(ssl_ctx_st* context, bool verify) : context_(context), verify_(verify) {}
    ssl_ctx_st* context_;
    bool verify_;
};

std::shared_ptr<const TlsStarter> make_client_starter(
    std::shared_ptr<const TlsClientContext> context, std::string host);

}  // namespace signet::net

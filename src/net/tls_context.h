// What a TLS connection begins with: certificates and rules.  Immutable and safe for concurrent
// use once loaded; OpenSSL stays behind this header.
//
// Both sides: TLS 1.2 or later (RFC 8996 §1), with ECDHE and AEAD only on 1.2 (RFC 9325 §4.2), no
// compression, no renegotiation.
#pragma once

#include "base/result.h"
#include "net/ticket_keys.h"
#include "net/tls_io.h"

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace signet::net {

struct TlsServerOptions {
    std::string certificate;                       // PEM file: the chain, leaf first
    std::string key;                               // PEM file: its private key, not encrypted
    std::string min = "1.2";                       // or "1.3"
    std::shared_ptr<TicketKeys> ticket_keys = {};  // null: no resumption
};

class TlsServerContext {
public:
    // The fault is a sentence for the administrator; it names the file.
    static Result<std::shared_ptr<const TlsServerContext>, std::string> load(
        const TlsServerOptions& options);
    ~TlsServerContext();

    std::unique_ptr<TlsIo> accept(int socket) const;
    WallTime not_after() const;  // when the leaf certificate ends

private:
    explicit TlsServerContext(ssl_ctx_st* context) : context_(context) {}
    ssl_ctx_st* context_;
    std::shared_ptr<TicketKeys> ticket_keys_;  // the context points to it
};

// The context in force: swapped whole when the certificate is renewed.  Handshakes under way keep
// the one they began with.
class TlsServerSlot final : public TlsStarter {
public:
    explicit TlsServerSlot(std::shared_ptr<const TlsServerContext> context = {});
    void set(std::shared_ptr<const TlsServerContext> context);
    std::shared_ptr<const TlsServerContext> get() const;
    std::unique_ptr<TlsIo> begin(int socket) const override;
    bool awaits_hello() const override { return true; }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const TlsServerContext> context_;
};

struct TlsClientOptions {
    bool verify = true;   // false: opportunistic (RFC 7435 §3), anybody may be at the other end
    std::string ca = {};  // PEM file of trusted certificates; empty: the system's
    std::string min = "1.2";
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

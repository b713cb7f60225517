// A connection, plain or inside TLS, as the protocols see it.  Includes nothing of Asio but Task,
// so that what is written against it compiles fast and can be tested over net/fake_stream.h.
#pragma once

#include "base/deadline.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "crypto/client_certificate.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace signet::net {

enum class IoFault {
    closed,     // the peer is gone (end of file, reset)
    timed_out,  // the deadline passed.  After a read a last reply may still be written; after a
                // write or a handshake the stream can only be closed
    tls,        // handshake or record failed; see Stream::last_tls_error.  Only close() is left
    cancelled,  // the server drains.  As for timed_out
};
std::string_view name(IoFault fault);

struct Endpoint {
    // Canonical text, no brackets; IPv4-mapped IPv6 is written as IPv4.  Or a Unix socket's path.
    std::string ip;
    std::uint16_t port = 0;
    std::string text() const;  // "192.0.2.1:587", "[2001:db8::1]:587", or the path
};

struct TlsInfo {
    std::string version;  // "TLSv1.3"
    std::string cipher;   // OpenSSL's name
    std::string sni;      // as the client sent it; sanitised
    bool resumed = false;
    // Of a server's connection: what the client showed, and has the key to; null: nothing.  Nobody
    // has judged it.
    std::shared_ptr<const crypto::ShownCertificate> certificate = {};
};

// Why the server's handshake failed, as far as it can tell.
enum class HandshakeFault {
    no_shared_version,
    no_shared_cipher,  // or no group or signature that both know
    client_alert,      // the client broke it off, and said why
    timeout,
    not_tls,  // what came was something else: HTTP, SMTP in the clear
    alpn,     // the client wants to speak another protocol
    other     // also: it hung up in the middle
};
std::string_view name(HandshakeFault fault);
struct HandshakeFailure {
    HandshakeFault why = HandshakeFault::other;
    std::string offered = {};  // the newest version that the client offers: "TLSv1.1"; or empty
    std::string sni = {};      // sanitised
};

// What a SASL mechanism with "-PLUS" ties itself to (RFC 5056, RFC 5929, RFC 9266).
enum class ChannelBinding {
    tls_exporter,  // 32 octets
    tls_unique,    // TLS 1.2 alone, and only with the extended master secret (RFC 7627)
};

// Lives on one I/O thread.  One read and one write at a time.
class Stream {
public:
    virtual ~Stream() = default;

    // At least one octet.  The view is valid until the next co_await on this thread: an idle
    // session owns no read buffer.
    virtual Task<Result<std::string_view, IoFault>> read_some(Deadline deadline) = 0;
    // The next reads give at most so many octets, so that what comes behind them is left for
    // another reader.  0: as many as there are.
    virtual void set_read_limit(std::size_t /*octets*/) {}
    // All of it, in as few segments as it fits (TCP_NODELAY: hand over whole replies).
    virtual Task<Result<void, IoFault>> write(std::string_view octets, Deadline deadline) = 0;
    // While idle, a drain ends the read at once (IoFault::cancelled); otherwise the session has
    // its time to finish.  false at first.
    virtual void set_idle(bool /*idle*/) {}
    // The server's (or client's) side of a TLS handshake.  REQUIRES: not inside TLS.
    virtual Task<Result<void, IoFault>> start_tls(Deadline deadline) = 0;
    // Octets the peer has sent and nobody has read (peeks at the socket): what lies behind a
    // STARTTLS line, or an early talker.
    virtual bool has_unread_octets() = 0;
    // close_notify if inside TLS, then FIN.  Waits a little for the peer's part so that a last
    // reply is not lost to a reset.
    virtual Task<void> close() = 0;

    virtual std::optional<TlsInfo> tls() const = 0;
    virtual std::string last_tls_error() const = 0;  // for logs: library text, never octets
    // After start_tls, of a server, has failed.
    virtual HandshakeFailure handshake_failure() const { return {}; }
    // nullopt: not inside TLS, or this connection has no such binding that can be trusted.
    virtual std::optional<Secret> channel_binding(ChannelBinding /*type*/) const { return {}; }
    virtual Endpoint peer() const = 0;
    virtual Endpoint local() const = 0;
    // A trusted proxy has named the real ends of the connection: peer() and local() are these from
    // now on, and proxy() is who the peer was.
    virtual void behind_proxy(Endpoint /*client*/, Endpoint /*server*/) {}
    virtual std::optional<Endpoint> proxy() const { return {}; }
};

}  // namespace signet::net

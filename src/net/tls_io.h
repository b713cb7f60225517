// One TLS connection over a non-blocking socket: tries, and says what to wait for.  OpenSSL stays
// behind this header.  Never blocks; not safe for concurrent use.
#pragma once

#include "net/stream.h"

#include <memory>
#include <span>

struct ssl_st;

namespace signet::net {

struct Attempt {
    enum class Kind {
        done,       // `octets` of them
        want_read,  // wait until the socket can be read, then try the same again
        want_write,
        closed,  // the peer is gone, with or without close_notify
        broken,  // a TLS error: nothing more can be sent or received
    };
    Kind kind = Kind::done;
    std::size_t octets = 0;
};

class TlsIo {
public:
    // Owns ssl; nullptr: every attempt is broken.  Keeps what the connection's context points to.
    explicit TlsIo(ssl_st* ssl, std::shared_ptr<const void> keeps = {});
    ~TlsIo();
    TlsIo(const TlsIo&) = delete;
    TlsIo& operator=(const TlsIo&) = delete;

    Attempt handshake();
    // As much as is there without waiting.  into.size() > 0
    Attempt read(std::span<char> into);
    // At most one record (16 KiB).  octets.size() > 0
    Attempt write(std::string_view octets);

    bool established() const;
    bool has_unread_octets();          // application octets, already here
    bool has_buffered() const;         // something read from the socket and not yet looked at
    void send_close_notify();          // once, without waiting
    TlsInfo info() const;              // REQUIRES: established()
    HandshakeFailure failure() const;  // of a handshake
    void note_offer(std::uint16_t version) { offered_ = version; }
    std::optional<Secret> channel_binding(ChannelBinding type) const;  // see Stream
    const std::string& error() const { return error_; }
    void set_error(std::string text) { error_ = std::move(text); }

private:
    Attempt conclude(int result);
    void note_error(unsigned long code);

    std::shared_ptr<const void> keeps_;
    ssl_st* ssl_;
    std::string error_;
    HandshakeFault fault_ = HandshakeFault::other;
    std::uint16_t offered_ = 0;
    bool broken_;
};

// How a plain socket becomes a TLS one: the server's current context, or a client with the name
// it expects.  Safe for concurrent use.
class TlsStarter {
public:
    virtual ~TlsStarter() = default;
    // Never null; when there is nothing to begin with, a connection that is broken and says why.
    virtual std::unique_ptr<TlsIo> begin(int socket) const = 0;
    // true: the peer speaks first, with its hello (RFC 8446 §4.1.2).
    virtual bool awaits_hello() const { return false; }
};

}  // namespace signet::net

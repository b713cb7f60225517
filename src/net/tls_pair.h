// For tests: our server's TLS and a client that is OpenSSL itself, at the two ends of a socket
// pair.
#pragma once

#include "net/tls_context.h"

#include <memory>
#include <string>

struct ssl_st;
struct ssl_ctx_st;
struct ssl_session_st;

namespace signet::net {

using ClientContext = std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)>;
ClientContext tls_client(int version);  // of that version of TLS and no other

// A handshake, turn by turn.
class TlsPair {
public:
    TlsPair(const TlsServerContext& context, ssl_ctx_st* client_context,
            ssl_session_st* session = nullptr);
    ~TlsPair();
    TlsPair(const TlsPair&) = delete;
    TlsPair& operator=(const TlsPair&) = delete;

    bool shake();
    // What the client binds to, and what the server does; "none".
    std::string exporter() const;
    std::string first_finished() const;
    std::string bound(ChannelBinding type) const;

    std::unique_ptr<TlsIo> server;
    ssl_st* client = nullptr;

private:
    int ends_[2] = {-1, -1};
};

}  // namespace signet::net

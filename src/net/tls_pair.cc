#include "net/tls_pair.h"

#include "base/invariant.h"

#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signet::net {

ClientContext tls_client(int version) {
    ClientContext made{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
    SSL_CTX_set_min_proto_version(made.get(), version);
    SSL_CTX_set_max_proto_version(made.get(), version);
    return made;
}

TlsPair::TlsPair(const TlsServerContext& context, ssl_ctx_st* client_context,
                 ssl_session_st* session) {
    INVARIANT(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends_) == 0,
              "there are two sockets");
    server = context.accept(ends_[0]);
    client = SSL_new(client_context);
    SSL_set_fd(client, ends_[1]);
    SSL_set_connect_state(client);
    if (session) SSL_set_session(client, session);
}

TlsPair::~TlsPair() {
    SSL_free(client);
    server.reset();
    ::close(ends_[0]);
    ::close(ends_[1]);
}

bool TlsPair::shake() {
    for (int turn = 0; turn < 20; ++turn) {
        const bool done = SSL_do_handshake(client) == 1;
        if (server->handshake().kind == Attempt::Kind::done && done) return true;
    }
    return false;
}

std::string TlsPair::exporter() const {
    std::string octets(32, '\0');
    const unsigned char none = 0;
    INVARIANT(SSL_export_keying_material(client, reinterpret_cast<unsigned char*>(octets.data()),
                                         32, "EXPORTER-Channel-Binding", 24, &none, 0, 1) == 1,
              "the handshake is over");
    return octets;
}

std::string TlsPair::first_finished() const {
    std::string octets(64, '\0');
    const auto size = SSL_session_reused(client)
                          ? SSL_get_peer_finished(client, octets.data(), octets.size())
                          : SSL_get_finished(client, octets.data(), octets.size());
    return octets.substr(0, size);
}

std::string TlsPair::bound(ChannelBinding type) const {
    const auto octets = server->channel_binding(type);
    return octets ? std::string{octets->reveal()} : "none";
}

}  // namespace signet::net

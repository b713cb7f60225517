#include "net/tls_common.h"

#include "base/invariant.h"
#include "net/cipher_list.h"

#include <openssl/ssl.h>

namespace signet::net {
namespace {

constexpr const char* kGroups = "X25519:P-256:P-384:P-521";

}  // namespace

void set_common(ssl_ctx_st* context, const std::string& min, const std::string& ciphers) {
    INVARIANT(min == "1.2" || min == "1.3", "settings allow no other version");
    const int version = min == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION;
    INVARIANT(SSL_CTX_set_min_proto_version(context, version) == 1, "OpenSSL knows TLS 1.2, 1.3");
    const char* wanted = ciphers.empty() ? kDefaultCiphers : ciphers.c_str();
    INVARIANT(SSL_CTX_set_cipher_list(context, wanted) == 1, "the ciphers were judged before");
    INVARIANT(SSL_CTX_set1_groups_list(context, kGroups) == 1, "OpenSSL knows these groups");
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    // An idle connection owns no buffers; a write may go on from another address.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);  // a record in one read(2), not two
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

std::unique_ptr<TlsIo> broken_io(std::string why) {
    auto io = std::make_unique<TlsIo>(nullptr);
    io->set_error(std::move(why));
    return io;
}

}  // namespace signet::net

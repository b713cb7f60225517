#include "net/tls_library.h"

#include <openssl/crypto.h>

namespace signet::net {

std::string tls_library() { return OpenSSL_version(OPENSSL_VERSION); }

}  // namespace signet::net

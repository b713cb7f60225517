// Which TLS library is in use, as it runs: "OpenSSL 3.0.22 …".
#pragma once

#include <string>

namespace signet::net {

std::string tls_library();

}  // namespace signet::net

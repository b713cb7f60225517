// What both sides of TLS have in common.  For the adapters of OpenSSL alone.
#pragma once

#include "net/tls_io.h"

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace signet::net {

// Versions, ciphers (empty: ours), groups, and what is turned off.  REQUIRES: min is "1.2" or
// "1.3"; the ciphers can be used (judge_ciphers).
void set_common(ssl_ctx_st* context, const std::string& min, const std::string& ciphers = {});

// A connection that cannot begin.
std::unique_ptr<TlsIo> broken_io(std::string why);

}  // namespace signet::net

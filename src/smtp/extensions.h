// What the answer to EHLO offers (RFC 5321 §4.1.1.1).
#pragma once

#include "smtp/server_protocol.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::smtp {

// One line for each keyword, in the order they are sent; the greeting line is the caller's.
// AUTH is shown inside TLS only, and only if there is a mechanism to name; STARTTLS before TLS
// only, so never by a listener that begins with TLS (RFC 3207 §4.2, RFC 4954 §4, RFC 8314 §3.3).
// DSN is not offered on port 25 (decision 0142).
std::vector<std::string> ehlo_keywords(Role role, bool in_tls,
                                       std::span<const std::string_view> mechanisms,
                                       const ProtocolLimits& limits);

}  // namespace signet::smtp

// What a server offers in its answer to EHLO (RFC 5321 §4.1.1.1).
#pragma once

#include "smtp/reply.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace signet::smtp {

// Only what the client side makes use of; other keywords are passed over.
struct Capabilities {
    bool starttls = false;                    // RFC 3207
    bool pipelining = false;                  // RFC 2920
    bool eight_bit_mime = false;              // RFC 6152
    bool smtputf8 = false;                    // RFC 6531
    bool dsn = false;                         // RFC 3461
    bool chunking = false;                    // RFC 3030
    std::optional<std::uint64_t> size_limit;  // RFC 1870; 0: SIZE is known, no limit is given
    std::vector<std::string> auth;            // mechanism names, as written (RFC 4954 §3)
};

// ehlo-ok-rsp = "250-" Domain [ SP ehlo-greet ] CRLF *( "250-" ehlo-line CRLF ) …
// ehlo-line = ehlo-keyword *( SP ehlo-param ).  A line that cannot be read offers nothing.
Capabilities parse_ehlo_reply(const Reply& reply);

}  // namespace signet::smtp

// The address of a resource that we ask over HTTP (RFC 9110 §4.2, RFC 3986), read strictly: what
// two readers might take for two hosts is refused.
//
//   ( "https" / "http" ) "://" host [ ":" port ] [ path ] [ "?" query ]
//
// No user and no fragment; no name that a resolver might take for an address ("127.1", "0x7f.1").
// Limit: 2'048 octets.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signet::http {

struct Url {
    bool tls = true;
    std::string host;  // in lower case; an IP address in canonical text, without brackets
    std::uint16_t port = 443;
    std::string target;  // "/path?query": never empty, as sent

    std::string host_field() const;  // "idp.test", "[::1]:8443": without the port of the scheme
    std::string origin() const;      // "https://idp.test:443"
};

enum class UrlFault {
    too_long,
    scheme,  // neither https nor http
    user,    // "user@": what stands before it is easily taken for the host
    host,
    port,
    target,  // a blank, a control character, a backslash, an octet beyond ASCII, a stray "%"
    fragment,
};
// "has a user name in it": behind "the address ".
std::string_view words(UrlFault fault);

Result<Url, UrlFault> parse_url(std::string_view text);

}  // namespace signet::http

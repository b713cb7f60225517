// What an issuer says of itself: OpenID Connect Discovery 1.0 and RFC 8414.
//
// Where the keys are is decided by this document, so it is believed only if it is the issuer's own:
// its `issuer` is, to the letter, the URL that the settings name (RFC 8414 §3.3), and all that it
// leads to is https.  Pure.
#pragma once

#include "base/result.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace signet::oauth {

inline constexpr std::size_t kMetadataOctets = 128u << 10;
inline constexpr std::size_t kUrlOctets = 2'048;

struct Metadata {
    std::string jwks_uri;                // empty: it does not sign, or not so
    std::string introspection_endpoint;  // empty: it has none
    std::string token_endpoint, device_authorization_endpoint;
};

// Where the document may be, in the order to try: OpenID Connect Discovery §4 appends, RFC 8414
// §3.1 inserts before the path.  REQUIRES: is_endpoint(issuer).
std::array<std::string, 2> metadata_urls(std::string_view issuer);

// An https URL with a host, without user information, fragment and blanks; at most kUrlOctets.
bool is_https(std::string_view url);
// The same with http, to this machine itself: http://127.0.0.1:8080, http://[::1],
// http://localhost.
bool is_loopback_http(std::string_view url);
// What is taken of that issuer: https, and http on loopback only if the issuer itself is that.
bool may_lead_to(std::string_view issuer, std::string_view url);

// A fault has a sentence.
Result<Metadata, std::string> read_metadata(std::string_view json, std::string_view issuer);

}  // namespace signet::oauth

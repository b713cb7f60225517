// What a client that has an OAuth 2.0 token says, and what it is told when the token is not taken.
//
//   OAUTHBEARER (RFC 7628 §3.1)   client-resp = (gs2-header kvsep *kvpair kvsep) / kvsep
//                                 kvpair = key "=" value kvsep ; kvsep = %x01
//                                 key    = 1*(ALPHA)           ; "auth" holds "Bearer" SP token
//   XOAUTH2 (Google's)            "user=" name %x01 "auth=Bearer " token %x01 %x01
//
// Both strictly: a key that comes twice, or an octet that a token cannot have, is refused.
#pragma once

#include "base/secret.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::sasl {

struct TokenHint;

// RFC 6750 §2.1: b64token.  Beyond the second no line of AUTH is read (RFC 7628 §3.1 names none).
inline constexpr std::size_t kLongestToken = 12'288;   // octets
inline constexpr std::size_t kLongestTokenName = 255;  // octets, decoded
inline constexpr std::size_t kMostTokenPairs = 16;

struct TokenMessage {
    std::string name;  // whom the client says it is or acts for; empty where it leaves that open
    Secret token;      // empty: it asks what is taken (RFC 7628 §4.3)
};
std::optional<TokenMessage> parse_oauthbearer(std::string_view message);
std::optional<TokenMessage> parse_xoauth2(std::string_view message);

// RFC 7628 §3.2.2; and as Gmail and Exchange Online say it.
std::string oauthbearer_error(const TokenHint& hint);
std::string xoauth2_error(const TokenHint& hint);

}  // namespace signet::sasl

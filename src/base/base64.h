// Base 64 (RFC 4648 §4, and §5 for URLs), strict: no white space, no missing or superfluous
// padding, no stray bits. Anything looser lets two programs read one credential differently.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signet {

std::string base64(std::string_view octets);
std::optional<std::string> unbase64(std::string_view text);

// The alphabet of URLs and file names, and never any padding (RFC 7515 §2).
std::string base64url(std::string_view octets);
std::optional<std::string> unbase64url(std::string_view text);

}  // namespace signet

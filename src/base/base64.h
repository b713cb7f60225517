// Base 64 (RFC 4648 §4), strict: no white space, no missing or superfluous padding, no stray bits.
// Anything looser lets two programs read one credential differently.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signet {

std::string base64(std::string_view octets);
std::optional<std::string> unbase64(std::string_view text);

}  // namespace signet

// The words that both directions of HTTP are made of (RFC 9110 §5).
#pragma once

#include <string_view>

namespace signet::http {

bool is_token(std::string_view text);  // RFC 9110 §5.6.2; never empty
constexpr bool is_visible(char c) { return c > 0x20 && c < 0x7F; }
// field-vchar, SP and HTAB (RFC 9110 §5.5); obs-text passes, since nothing here looks at it.
bool is_field_value(std::string_view text);

inline constexpr std::string_view kLineEnd = "\r\n";

}  // namespace signet::http

// Text in 7-bit octets (RFC 2045 §6.7), so that a server without 8BITMIME takes it, too.
#pragma once

#include <string>
#include <string_view>

namespace signet::mail {

// Lines end with CRLF before and after, none has more than 76 octets, and nothing but printable
// ASCII and blanks stands in them; a CR or LF of its own is encoded like any other octet.
std::string quoted_printable(std::string_view text);

}  // namespace signet::mail

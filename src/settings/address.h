// Addresses as text: "0.0.0.0:587", "[::]:465", "smtp.example.net:465".
#pragma once

#include "settings/snapshot.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::settings {

// Canonical text of an IPv4 or IPv6 address without brackets (RFC 5952: lower case, longest run of
// zeros shortened); nullopt if it is neither.  No zone, no leading zeros in IPv4.
std::optional<std::string> canonical_ip(std::string_view text);

// "IP:port", an IPv6 address in brackets; port 1 … 65535.
std::optional<Address> parse_address(std::string_view text);
std::string address_text(const Address& address);

// A host name (RFC 1123 §2.1): labels of letters, digits and inner hyphens, at most 253 octets,
// the last label not all digits.  In lower case, without a final dot.
std::optional<std::string> parse_host_name(std::string_view text);

// "host", "host:port", "IP", "[IPv6]:port": a host name or an IP address, and a port.
std::optional<Address> parse_host_and_port(std::string_view text, std::uint16_t default_port);

inline constexpr std::uint16_t kPostgresPort = 5432;
inline constexpr std::uint16_t kLmtpPort = 24;  // "any private mail system": RFC 2033 §5 has none

// A domain of a recipient, "*.example.com" for those below it, or "*".  In lower case.
std::optional<std::string> parse_domain_pattern(std::string_view text);

// "ann@example.com" or "*@example.com", in lower case: a dot-atom (RFC 5322 §3.2.3) of at most 64
// octets, or "*", and a host name.
std::optional<std::string> parse_mailbox_pattern(std::string_view text);
// What stands before the "@" of the above.
std::optional<std::string> parse_local_part(std::string_view text);

}  // namespace signet::settings

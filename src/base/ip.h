// IP addresses and networks as values: text in, text out, no socket (RFC 4291 §2.2, RFC 5952).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signet {

// Shape: octets in network order; an IPv4 address fills the first four, the rest is zero.
struct IpAddress {
    bool v6 = false;
    std::array<std::uint8_t, 16> octets{};

    unsigned bits() const { return v6 ? 128 : 32; }
    std::string text() const;  // canonical, without brackets
    auto operator<=>(const IpAddress&) const = default;
};

// Dotted decimal without leading zeros, since programs do not agree whether "010" is octal; or an
// IPv6 address in any form of RFC 4291 §2.2.  No brackets, no zone.  An IPv4-mapped IPv6 address
// (::ffff:192.0.2.1) stays IPv6: see unmapped().
std::optional<IpAddress> parse_ip(std::string_view text);
// The IPv4 address inside an IPv4-mapped one, else the address itself: one client, one name.
IpAddress unmapped(const IpAddress& address);
// May be reached over the internet, as far as its range can tell (RFC 6890): neither this machine
// (loopback) nor this network (private, shared, link-local), neither multicast nor reserved.  An
// address that carries an IPv4 one (mapped, RFC 6052 §2.1, RFC 3056 §2) is what it carries.  The
// networks of documentation count as public: they are nobody's, and examples may use them.
bool is_public(const IpAddress& address);

// "192.0.2.0/24", "2001:db8::/32"; an address alone is a network of one.  The bits behind the
// prefix are zero: parse_network refuses "192.0.2.1/24", which may be a slip of either part.
struct IpNetwork {
    IpAddress base;
    unsigned prefix = 0;

    bool contains(const IpAddress& address) const;  // an IPv4-mapped address counts as IPv4
    std::string text() const;
    auto operator<=>(const IpNetwork&) const = default;
};
std::optional<IpNetwork> parse_network(std::string_view text);
// The network of that size around an address.  REQUIRES: prefix <= address.bits()
IpNetwork network_of(const IpAddress& address, unsigned prefix);

// Which addresses count as one client: an IPv4 address, or the /64 of an IPv6 address
// ("2001:db8:0:1::/64"), since a single host may use all of its /64.  What is no address (a test's
// fake) counts as itself.
std::string client_network(std::string_view address);

}  // namespace signet

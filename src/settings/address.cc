#include "settings/address.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace signet::settings {
namespace {

using Groups = std::array<std::uint16_t, 8>;

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
    const auto parts = split(text, '.');
    if (parts.size() != 4) return {};
    std::uint32_t value = 0;
    for (const auto part : parts) {
        const auto number = parse_unsigned(part);
        if (!number || *number > 255 || (part.size() > 1 && part[0] == '0')) return {};
        value = value << 8 | static_cast<std::uint32_t>(*number);
    }
    return value;
}

std::optional<std::uint16_t> parse_group(std::string_view text) {
    if (text.empty() || text.size() > 4) return {};
    const auto octets = unhex(std::string(4 - text.size(), '0') + std::string{text});
    if (!octets) return {};
    const auto octet = [&](int i) { return static_cast<unsigned char>((*octets)[i]); };
    return static_cast<std::uint16_t>(octet(0) << 8 | octet(1));
}

// One side of "::": groups, perhaps with an IPv4 tail (RFC 4291 §2.2).
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text, bool tail) {
    std::vector<std::uint16_t> groups;
    if (text.empty()) return groups;
    const auto parts = split(text, ':');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (tail && i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
            const auto v4 = parse_ipv4(parts[i]);
            if (!v4) return {};
            groups.push_back(static_cast<std::uint16_t>(*v4 >> 16));
            groups.push_back(static_cast<std::uint16_t>(*v4 & 0xFFFF));
            continue;
        }
        const auto group = parse_group(parts[i]);
        if (!group) return {};
        groups.push_back(*group);
    }
    return groups;
}

std::optional<Groups> parse_ipv6(std::string_view text) {
    Groups all{};
    const auto gap = text.find("::");
    if (gap == std::string_view::npos) {
        const auto groups = parse_groups(text, true);
        if (!groups || groups->size() != 8) return {};
        std::ranges::copy(*groups, all.begin());
        return all;
    }
    const auto left = parse_groups(text.substr(0, gap), false);
    const auto right = parse_groups(text.substr(gap + 2), true);
    if (!left || !right || left->size() + right->size() > 7) return {};
    std::ranges::copy(*left, all.begin());
    std::ranges::copy_backward(*right, all.end());
    return all;
}

std::string group_text(std::uint16_t group) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (int shift = 12; shift >= 0; shift -= 4) {
        const auto digit = group >> shift & 15;
        if (digit != 0 || !text.empty() || shift == 0)
            text += kDigits[static_cast<unsigned>(digit)];
    }
    return text;
}

// RFC 5952 §4.2: the longest run of at least two zero groups, the first of equals, becomes "::".
std::string ipv6_text(const Groups& groups) {
    std::size_t from = 8, length = 1;
    for (std::size_t i = 0; i < 8;) {
        std::size_t end = i;
        while (end < 8 && groups[end] == 0) ++end;
        if (end - i > length) from = i, length = end - i;
        i = std::max(end, i + 1);
    }
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == from) {
            text += "::";
            i += length - 1;
            continue;
        }
        if (!text.empty() && !text.ends_with(':')) text += ':';
        text += group_text(groups[i]);
    }
    return text;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    const auto number = parse_unsigned(text);
    if (!number || *number == 0 || *number > 65'535) return {};
    return static_cast<std::uint16_t>(*number);
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && !label.starts_with('-') &&
           !label.ends_with('-') &&
           std::ranges::all_of(label, [](char c) { return is_alnum(c) || c == '-'; });
}

// Host and port of "host:port", "[host]:port" or a bare host.  port is empty when there is none.
struct Parts {
    std::string_view host, port;
    bool bracketed = false, has_port = false;
};
std::optional<Parts> take_apart(std::string_view text) {
    Parts parts;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return {};
        parts.bracketed = true;
        parts.host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (text.empty()) return parts;
        if (!text.starts_with(':')) return {};
        parts.port = text.substr(1);
        parts.has_port = true;
        return parts;
    }
    const auto colon = text.find(':');
    parts.host = text.substr(0, colon);
    if (colon == std::string_view::npos) return parts;
    parts.port = text.substr(colon + 1);
    parts.has_port = true;
    return parts;
}

}  // namespace

std::optional<std::string> canonical_ip(std::string_view text) {
    if (text.size() > 45) return {};
    if (parse_ipv4(text)) return std::string{text};
    const auto groups = parse_ipv6(text);
    if (!groups) return {};
    return ipv6_text(*groups);
}

std::optional<Address> parse_address(std::string_view text) {
    const auto parts = take_apart(text);
    if (!parts || !parts->has_port) return {};
    const auto ip = canonical_ip(parts->host);
    const auto port = parse_port(parts->port);
    if (!ip || !port) return {};
    if (parts->bracketed != (ip->find(':') != std::string::npos)) return {};
    return Address{*ip, *port};
}

std::string address_text(const Address& address) {
    const bool v6 = address.ip.find(':') != std::string::npos;
    return (v6 ? "[" + address.ip + "]" : address.ip) + ":" + std::to_string(address.port);
}

std::optional<std::string> parse_host_name(std::string_view text) {
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.empty() || text.size() > 253) return {};
    const auto labels = split(text, '.');
    if (!std::ranges::all_of(labels, is_label)) return {};
    if (std::ranges::all_of(labels.back(), is_digit)) return {};
    return lower(text);
}

std::optional<Address> parse_host_and_port(std::string_view text, std::uint16_t default_port) {
    if (const auto bare = canonical_ip(text)) return Address{*bare, default_port};
    const auto parts = take_apart(text);
    if (!parts) return {};
    const auto port = parts->has_port ? parse_port(parts->port) : default_port;
    if (!port) return {};
    if (parts->bracketed) {
        const auto ip = canonical_ip(parts->host);
        if (!ip || ip->find(':') == std::string::npos) return {};
        return Address{*ip, *port};
    }
    if (const auto ip = canonical_ip(parts->host)) return Address{*ip, *port};
    const auto name = parse_host_name(parts->host);
    if (!name) return {};
    return Address{*name, *port};
}

std::optional<std::string> parse_domain_pattern(std::string_view text) {
    if (text == "*") return "*";
    const bool below = text.starts_with("*.");
    const auto name = parse_host_name(below ? text.substr(2) : text);
    if (!name) return {};
    return (below ? "*." : "") + *name;
}

}  // namespace signet::settings

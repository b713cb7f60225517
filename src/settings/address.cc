#include "settings/address.h"

#include "base/ip.h"
#include "base/text.h"

#include <algorithm>

namespace signet::settings {
namespace {

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
    const auto address = parse_ip(text);
    if (!address) return {};
    return address->text();
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

std::optional<std::string> parse_local_part(std::string_view text) {
    constexpr std::string_view kSigns = "!#$%&'*+-/=?^_`{|}~";
    if (text == "*") return std::string{text};
    if (text.size() > 64) return {};
    for (const auto atom : split(text, '.')) {
        const bool good = !atom.empty() && std::ranges::all_of(atom, [&](char c) {
            return is_alnum(c) || (c != '*' && kSigns.contains(c));
        });
        if (!good) return {};
    }
    return lower(text);
}

std::optional<std::string> parse_mailbox_pattern(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos) return {};
    const auto local_part = parse_local_part(text.substr(0, at));
    const auto domain = parse_host_name(text.substr(at + 1));
    if (!local_part || !domain) return {};
    return *local_part + "@" + *domain;
}

}  // namespace signet::settings

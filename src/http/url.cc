#include "http/url.h"

#include "base/ip.h"
#include "base/text.h"
#include "http/grammar.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace signet::http {
namespace {

constexpr std::size_t kMostOctets = 2'048, kMostName = 253, kMostLabel = 63;
constexpr std::uint16_t kHttps = 443, kHttp = 80;

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > kMostLabel) return false;
    if (label.starts_with('-') || label.ends_with('-')) return false;
    return std::ranges::all_of(label, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

// A name whose last label is a number is an address to inet_aton(3), in one of its many forms; the
// whole of them end in such a label.
bool is_number(std::string_view label) {
    return is_digit(label.front()) &&
           std::ranges::all_of(label, [](char c) { return is_digit(c) || is_alpha(c); }) &&
           (std::ranges::all_of(label, is_digit) || starts_nocase(label, "0x"));
}

std::optional<std::string> read_name(std::string_view text) {
    if (text.empty() || text.size() > kMostName) return {};
    if (const auto address = parse_ip(text)) return address->text();
    const auto labels = split(text, '.');
    if (!std::ranges::all_of(labels, is_label) || is_number(labels.back())) return {};
    return lower(text);
}

std::optional<std::uint16_t> read_port(std::string_view digits) {
    const auto port = parse_unsigned(digits);
    if (!port || *port == 0 || *port > 65'535) return {};
    return static_cast<std::uint16_t>(*port);
}

// RFC 3986 §2.1: "%" is followed by two hexadecimal digits.
bool is_target(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_visible(text[i]) || text[i] == '\\') return false;
        if (text[i] == '%' && (i + 2 >= text.size() || !unhex(text.substr(i + 1, 2)))) return false;
    }
    return true;
}

// host [ ":" port ]
std::optional<UrlFault> read_authority(std::string_view authority, Url& url) {
    if (authority.contains('@')) return UrlFault::user;
    std::string_view port;
    std::optional<std::string> host;
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        const auto address = parse_ip(authority.substr(1, std::max<std::size_t>(end, 1) - 1));
        if (end == std::string_view::npos || !address || !address->v6) return UrlFault::host;
        host = address->text();
        port = authority.substr(end + 1);
    } else {
        host = read_name(authority.substr(0, authority.find(':')));
        port = authority.substr(std::min(authority.find(':'), authority.size()));
    }
    if (!host) return UrlFault::host;
    url.host = std::move(*host);
    if (port.empty()) return {};
    if (!port.starts_with(':')) return UrlFault::host;
    const auto number = read_port(port.substr(1));
    if (!number) return UrlFault::port;
    url.port = *number;
    return {};
}

std::string bracketed(const std::string& host) {
    return host.contains(':') ? "[" + host + "]" : host;
}

}  // namespace

std::string Url::host_field() const {
    const bool usual = port == (tls ? kHttps : kHttp);
    return usual ? bracketed(host) : bracketed(host) + ":" + std::to_string(port);
}

std::string Url::origin() const {
    return (tls ? "https://" : "http://") + bracketed(host) + ":" + std::to_string(port);
}

std::string_view words(UrlFault fault) {
    switch (fault) {
    case UrlFault::too_long: return "is longer than 2048 octets";
    case UrlFault::scheme: return "begins with neither https:// nor http://";
    case UrlFault::user: return "has a user name in it";
    case UrlFault::host: return "names no host";
    case UrlFault::port: return "has a port that is none";
    case UrlFault::target: return "has a character in its path that cannot be there";
    case UrlFault::fragment: return "has a fragment, which is never sent";
    }
    std::unreachable();
}

Result<Url, UrlFault> parse_url(std::string_view text) {
    if (text.size() > kMostOctets) return fail(UrlFault::too_long);
    Url url;
    url.tls = starts_nocase(text, "https://");
    if (!url.tls && !starts_nocase(text, "http://")) return fail(UrlFault::scheme);
    url.port = url.tls ? kHttps : kHttp;
    text.remove_prefix(url.tls ? 8 : 7);
    // A backslash ends the authority for browsers and not for others, so it is in no host: see
    // is_label.
    const auto end = std::min(text.find_first_of("/?#"), text.size());
    if (const auto fault = read_authority(text.substr(0, end), url)) return fail(*fault);
    text.remove_prefix(end);
    if (text.contains('#')) return fail(UrlFault::fragment);
    if (!is_target(text)) return fail(UrlFault::target);
    url.target = text.starts_with('/') ? std::string{text} : "/" + std::string{text};
    return url;
}

}  // namespace signet::http

#include "settings/read_text.h"

#include "base/text.h"
#include "http/url.h"
#include "settings/address.h"
#include "settings/units.h"

#include <algorithm>

namespace signet::settings {
namespace {

constexpr std::size_t kMaxNameOctets = 64;
constexpr std::size_t kMaxAccountOctets = 255;

std::optional<std::string> parse_name(std::string_view text) {
    const bool good =
        text.size() <= kMaxNameOctets && std::ranges::all_of(text, [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
        });
    return good ? std::optional{std::string{text}} : std::nullopt;
}

// What an account's name may be, with "*" in it (identity/account.h).
std::optional<std::string> parse_account_pattern(std::string_view text) {
    const bool good = text.size() <= kMaxAccountOctets && std::ranges::all_of(text, [](char c) {
                          return c > ' ' && c < 0x7F && !std::string_view{"\"'%/\\"}.contains(c);
                      });
    return good ? std::optional{lower(text)} : std::nullopt;
}

std::optional<std::string> parse_sender_pattern(std::string_view text) {
    return text == "<>" ? std::optional{std::string{text}} : parse_mailbox_pattern(text);
}

// RFC 4512 §1.4: keystring, or an OID.
std::optional<std::string> parse_attribute(std::string_view text) {
    const bool good =
        text.size() <= kMaxNameOctets && std::ranges::all_of(text, [](char c) {
            const char small = static_cast<char>(c | 0x20);
            return is_digit(c) || (small >= 'a' && small <= 'z') || c == '-' || c == '.';
        });
    return good ? std::optional{std::string{text}} : std::nullopt;
}

// RFC 4516 §2, without all that stands behind the host: that is in settings of its own.
std::optional<std::string> parse_ldap_url(std::string_view text) {
    if (text.starts_with("ldapi://") && text.size() > 8 && !text.substr(8).contains('/')) {
        return std::string{text};
    }
    for (const std::string_view scheme : {"ldap://", "ldaps://"}) {
        if (!text.starts_with(scheme)) continue;
        auto host = text.substr(scheme.size());
        if (host.ends_with('/')) host.remove_suffix(1);
        const std::uint16_t port = scheme == "ldaps://" ? 636 : 389;
        const auto address = parse_host_and_port(host, port);
        if (!address) return {};
        return std::string{scheme} + address_text(*address);
    }
    return {};
}

std::optional<std::string> parse_https_url(std::string_view text) {
    const auto url = http::parse_url(text);
    return url && url->tls ? std::optional{std::string{text}} : std::nullopt;
}

std::optional<std::string> parse_day(std::string_view text) {
    return parse_date(text) ? std::optional{std::string{text}} : std::nullopt;
}

struct Shape {
    std::optional<std::string> (*parse)(std::string_view text);
    TextFault fault;
};

Shape shape_of(Type::Kind kind) {
    switch (kind) {
    case Type::Kind::name:
    case Type::Kind::names:
        return {parse_name, {"E0207", "a name", "at most 64 of a-z, 0-9, -, _ and ."}};
    case Type::Kind::https_url:
        return {parse_https_url,
                {"E0205", "an https address",
                 "for example \"https://login.example.com/token\", without user and fragment"}};
    case Type::Kind::date: return {parse_day, {"E0204", "a date", "for example \"2027-05-01\""}};
    case Type::Kind::mailboxes:
        return {parse_mailbox_pattern,
                {"E0205", "an address", "for example \"ann@example.com\" or \"*@example.com\""}};
    case Type::Kind::senders:
        return {parse_sender_pattern,
                {"E0205", "an address",
                 "for example \"ann@example.com\", \"*@example.com\" or \"<>\""}};
    case Type::Kind::accounts:
        return {parse_account_pattern,
                {"E0207", "the name of an account", "for example \"ann\" or \"scanner-*\""}};
    case Type::Kind::attributes:
        return {parse_attribute, {"E0207", "the name of an attribute", "for example \"mail\""}};
    case Type::Kind::ldap_urls:
        return {parse_ldap_url,
                {"E0205", "the address of an LDAP server",
                 "for example \"ldaps://dc1.example.com\" or \"ldap://127.0.0.1:389\""}};
    case Type::Kind::local_parts:
        return {parse_local_part,
                {"E0205", "a local part",
                 "what stands before the @: for example \"info\", or \"*\" for all"}};
    case Type::Kind::domains:
        return {parse_domain_pattern,
                {"E0205", "a domain", "for example \"example.com\", \"*.example.com\" or \"*\""}};
    default: return {parse_host_name, {"E0205", "a host name", "for example \"mail.example.com\""}};
    }
}

}  // namespace

Result<std::string, TextFault> read_text(Type::Kind kind, const std::string& text) {
    auto shape = shape_of(kind);
    if (auto parsed = shape.parse(text)) return std::move(*parsed);
    return fail(std::move(shape.fault));
}

}  // namespace signet::settings

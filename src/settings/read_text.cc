#include "settings/read_text.h"

#include "base/text.h"
#include "settings/address.h"

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

struct Shape {
    std::optional<std::string> (*parse)(std::string_view text);
    TextFault fault;
};

Shape shape_of(Type::Kind kind) {
    switch (kind) {
    case Type::Kind::name:
    case Type::Kind::names:
        return {parse_name, {"E0207", "a name", "at most 64 of a-z, 0-9, -, _ and ."}};
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

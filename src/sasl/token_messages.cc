#include "sasl/token_messages.h"

#include "base/text.h"
#include "sasl/mechanism.h"
#include "sasl/scram_messages.h"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace signet::sasl {
namespace {

constexpr char kSeparator = '\x01';
constexpr std::string_view kBearer = "Bearer ";

using Pairs = std::map<std::string_view, std::string_view>;

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kLongestTokenName && is_utf8(text) &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

// b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
bool is_token(std::string_view text) {
    const auto body = text.substr(0, text.find_last_not_of('=') + 1);
    return !body.empty() && text.size() <= kLongestToken && std::ranges::all_of(body, [](char c) {
        return is_alnum(c) || std::string_view{"-._~+/"}.contains(c);
    });
}

// value = *(VCHAR / SP / HTAB / CR / LF)
bool is_value(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n'; });
}

bool is_key(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_alpha); }

// Each pair with its separator, and one more separator at the end.
std::optional<Pairs> pairs_of(std::string_view text) {
    Pairs pairs;
    while (!text.empty() && text.front() != kSeparator) {
        const auto end = text.find(kSeparator);
        if (end == std::string_view::npos || pairs.size() == kMostTokenPairs) return {};
        const auto pair = text.substr(0, end);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || !is_key(pair.substr(0, equals))) return {};
        if (!pairs.emplace(pair.substr(0, equals), pair.substr(equals + 1)).second) return {};
        text.remove_prefix(end + 1);
    }
    if (text.size() != 1) return {};
    return pairs;
}

// RFC 7628 §3.1: as the Authorization header of HTTP, whose scheme has no case (RFC 7235 §2.1).
std::optional<Secret> token_in(std::string_view value) {
    if (value.size() <= kBearer.size() || !equal_nocase(value.substr(0, kBearer.size()), kBearer)) {
        return {};
    }
    const auto begin = value.find_first_not_of(' ', kBearer.size() - 1);
    if (begin == std::string_view::npos) return {};
    const auto token = value.substr(begin);
    if (!is_token(token)) return {};
    return Secret::copy_of(token);
}

// gs2-header = ("n" / "y") "," ["a=" saslname] ","   "p=" would bind to TLS: RFC 7628 §3.1 has none
std::optional<std::string> take_gs2_name(std::string_view& message) {
    if (!message.starts_with("n,") && !message.starts_with("y,")) return {};
    message.remove_prefix(2);
    const auto comma = message.find(',');
    if (comma == std::string_view::npos) return {};
    const auto part = message.substr(0, comma);
    message.remove_prefix(comma + 1);
    if (part.empty()) return std::string{};
    if (!part.starts_with("a=")) return {};
    auto name = scram::decode_name(part.substr(2));
    if (!name || !is_name(*name)) return {};
    return name;
}

}  // namespace

std::optional<TokenMessage> parse_oauthbearer(std::string_view message) {
    if (message == std::string_view{&kSeparator, 1}) return TokenMessage{};
    auto name = take_gs2_name(message);
    if (!name || message.empty() || message.front() != kSeparator) return {};
    const auto pairs = pairs_of(message.substr(1));
    if (!pairs || !std::ranges::all_of(*pairs, is_value, &Pairs::value_type::second)) return {};
    const auto said = pairs->find("auth");
    if (said == pairs->end() || said->second.empty()) return TokenMessage{std::move(*name), {}};
    auto token = token_in(said->second);
    if (!token) return {};
    return TokenMessage{std::move(*name), std::move(*token)};
}

std::optional<TokenMessage> parse_xoauth2(std::string_view message) {
    const auto pairs = pairs_of(message);
    if (!pairs || pairs->size() != 2 || !pairs->contains("user") || !pairs->contains("auth")) {
        return {};
    }
    const auto name = pairs->at("user");
    auto token = token_in(pairs->at("auth"));
    if (!is_name(name) || !token) return {};
    return TokenMessage{std::string{name}, std::move(*token)};
}

std::string oauthbearer_error(const TokenHint& hint) {
    boost::json::object said{{"status", hint.status.empty() ? "invalid_token" : hint.status}};
    if (!hint.scope.empty()) said["scope"] = hint.scope;
    if (!hint.configuration.empty()) said["openid-configuration"] = hint.configuration;
    return boost::json::serialize(said);
}

std::string xoauth2_error(const TokenHint& hint) {
    boost::json::object said{{"status", hint.status == "insufficient_scope" ? "403" : "401"},
                             {"schemes", "bearer"}};
    if (!hint.scope.empty()) said["scope"] = hint.scope;
    return boost::json::serialize(said);
}

}  // namespace signet::sasl

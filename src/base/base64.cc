#include "base/base64.h"

#include "base/secret.h"

#include <array>
#include <cstdint>

namespace signet {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto kValues = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}();

}  // namespace

std::string base64(std::string_view octets) {
    std::string text;
    text.reserve((octets.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < octets.size(); at += 3) {
        const auto part = octets.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0u);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= part.size() ? kAlphabet[bits >> (18 - 6 * i) & 63] : '=';
        }
    }
    return text;
}

std::optional<std::string> unbase64(std::string_view text) {
    if (text.size() % 4 != 0) return {};
    const auto padding = text.ends_with("==") ? 2u : text.ends_with('=') ? 1u : 0u;
    std::string octets;
    octets.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < text.size() - padding; ++i) {
        const auto value = kValues[static_cast<unsigned char>(text[i])];
        if (value < 0) {
            wipe(octets);  // a password with a slip of the finger is a password
            return {};
        }
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if (i % 4 == 3) {
            for (const int shift : {16, 8, 0}) octets += static_cast<char>(bits >> shift & 255);
            bits = 0;
        }
    }
    if (padding == 0) return octets;
    // RFC 4648 §3.5: the bits that fall off must be zero.
    if ((bits & (padding == 2 ? 15u : 3u)) != 0) {
        wipe(octets);
        return {};
    }
    octets += static_cast<char>(padding == 2 ? bits >> 4 : bits >> 10);
    if (padding == 1) octets += static_cast<char>(bits >> 2 & 255);
    return octets;
}

std::string base64url(std::string_view octets) {
    auto text = base64(octets);
    text.resize(text.find_last_not_of('=') + 1);  // npos + 1 is 0: of nothing nothing is left
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}

std::optional<std::string> unbase64url(std::string_view text) {
    if (text.find_first_of("+/=") != std::string_view::npos || text.size() % 4 == 1) return {};
    std::string usual{text};
    for (char& c : usual) c = c == '-' ? '+' : c == '_' ? '/' : c;
    usual.append((4 - usual.size() % 4) % 4, '=');
    auto octets = unbase64(usual);
    wipe(usual);
    return octets;
}

}  // namespace signet

#include "base/text.h"

#include <algorithm>
#include <limits>

namespace signet {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

int nibble(char c) {
    const auto at = kHex.find(lower(c));
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// RFC 3629 §4.  The octets of the well-formed character at the head of `text`; 0 if there is none.
std::size_t utf8_length(std::string_view text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto first = octet(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((octet(i) & 0xC0) != 0x80) return 0;
    }
    const auto second = octet(1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool surrogate = first == 0xED && second > 0x9F;
    const bool beyond = first == 0xF4 && second > 0x8F;
    return overlong || surrogate || beyond ? 0 : length;
}

bool is_control(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    if (first < 0x20 || first == 0x7F) return true;
    return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;  // C1
}

template <class Change>
std::string mapped(std::string_view text, Change change) {
    std::string result{text};
    for (char& c : result) c = change(c);
    return result;
}

}  // namespace

std::string lower(std::string_view text) {
    return mapped(text, [](char c) { return lower(c); });
}

std::string upper(std::string_view text) {
    return mapped(text, [](char c) { return upper(c); });
}

bool equal_nocase(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_nocase(std::string_view text, std::string_view prefix) {
    return equal_nocase(text.substr(0, prefix.size()), prefix);
}

std::string_view trim(std::string_view text, std::string_view of) {
    const auto from = text.find_first_not_of(of);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(of) - from + 1);
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::uint64_t> parse_unsigned(std::string_view digits) {
    if (digits.empty() || digits.size() > 20) return {};
    std::uint64_t value = 0;
    constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
    for (const char c : digits) {
        if (!is_digit(c)) return {};
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (kMax - digit) / 10) return {};
        value = value * 10 + digit;
    }
    return value;
}

std::string hex(std::string_view octets) {
    std::string text;
    text.reserve(octets.size() * 2);
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        text += kHex[octet >> 4];
        text += kHex[octet & 15];
    }
    return text;
}

std::optional<std::string> unhex(std::string_view text) {
    if (text.size() % 2 != 0) return {};
    std::string octets;
    octets.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = nibble(text[i]), low = nibble(text[i + 1]);
        if (high < 0 || low < 0) return {};
        octets += static_cast<char>(high << 4 | low);
    }
    return octets;
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet > 0x20 && octet < 0x7F && c != '%' && c != '"' && c != '\'') {
            encoded += c;
        } else {
            encoded += '%';
            encoded += upper(kHex[octet >> 4]);
            encoded += upper(kHex[octet & 15]);
        }
    }
    return encoded;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string sanitised(std::string_view text, std::size_t limit) {
    std::string clean;
    clean.reserve(std::min(text.size(), limit));
    while (!text.empty()) {
        const auto length = utf8_length(text);
        auto character = text.substr(0, std::max<std::size_t>(length, 1));
        text.remove_prefix(character.size());
        if (length == 0 || is_control(character)) character = kReplacement;
        if (clean.size() + character.size() > limit) break;
        clean += character;
    }
    return clean;
}

}  // namespace signet

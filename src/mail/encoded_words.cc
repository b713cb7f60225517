#include "mail/encoded_words.h"

#include "base/base64.h"
#include "base/text.h"

#include <algorithm>
#include <optional>

namespace signet::mail {
namespace {

constexpr std::size_t kWordOctets = 256;  // RFC 2047 §2 says 75, and some programs write more
constexpr std::size_t kUnlimited = std::string_view::npos;

// encoding "Q" (§4.2): "_" is a space, "=XX" an octet.
std::optional<std::string> decode_q(std::string_view text) {
    std::string octets;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '=') {
            octets += text[i] == '_' ? ' ' : text[i];
            continue;
        }
        const auto octet = i + 2 < text.size() ? unhex(text.substr(i + 1, 2)) : std::nullopt;
        if (!octet) return {};
        octets += *octet;
        i += 2;
    }
    return octets;
}

// encoding "B" (§4.1) is base64; many leave its padding out.
std::optional<std::string> decode_b(std::string_view text) {
    std::string padded{text};
    while (padded.size() % 4 != 0 && padded.size() < text.size() + 2) padded += '=';
    return unbase64(padded);
}

std::string from_latin1(std::string_view octets) {
    std::string text;
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet < 0x80) {
            text += c;
        } else {
            text += static_cast<char>(0xC0 | octet >> 6);
            text += static_cast<char>(0x80 | (octet & 0x3F));
        }
    }
    return text;
}

struct Word {
    std::string text;  // decoded
    std::size_t octets = 0;
};

// encoded-word = "=?" charset "?" encoding "?" encoded-text "?="; RFC 2231 §5 lets a language
// follow the charset: "utf-8*de".
std::optional<Word> decode_word(std::string_view text) {
    text = text.substr(0, kWordOctets);
    if (!text.starts_with("=?")) return {};
    const auto charset_end = text.find('?', 2);
    if (charset_end == std::string_view::npos || charset_end + 2 >= text.size()) return {};
    const auto charset = text.substr(2, charset_end - 2);
    const char encoding = lower(text[charset_end + 1]);
    if (text[charset_end + 2] != '?') return {};
    const auto from = charset_end + 3;
    const auto end = text.find("?=", from);
    if (end == std::string_view::npos) return {};
    const auto encoded = text.substr(from, end - from);
    if (encoded.find_first_of("? \t") != std::string_view::npos) return {};
    const auto octets = encoding == 'q'   ? decode_q(encoded)
                        : encoding == 'b' ? decode_b(encoded)
                                          : std::nullopt;
    if (!octets) return {};
    const auto named = charset.substr(0, charset.find('*'));
    const bool utf8 = equal_nocase(named, "utf-8") || equal_nocase(named, "us-ascii");
    if (!utf8 && !equal_nocase(named, "iso-8859-1")) return {};
    return Word{utf8 ? *octets : from_latin1(*octets), end + 2};
}

}  // namespace

std::string decode_encoded_words(std::string_view text) {
    std::string decoded;
    bool behind_word = false;
    while (!text.empty()) {
        const auto at = text.find("=?");
        const auto plain = text.substr(0, at);
        const bool only_blanks = plain.find_first_not_of(" \t\r\n") == std::string_view::npos;
        const auto word =
            at == std::string_view::npos ? std::nullopt : decode_word(text.substr(at));
        if (!(behind_word && word && only_blanks)) decoded += plain;
        if (at == std::string_view::npos) break;
        decoded += word ? word->text : "=?";
        text.remove_prefix(at + (word ? word->octets : 2));
        behind_word = word.has_value();
    }
    return sanitised(decoded, kUnlimited);
}

bool may_hold_encoded_word(std::string_view text) {
    const auto at = text.find("=?");
    return at != std::string_view::npos && text.find('?', at + 2) != std::string_view::npos;
}

}  // namespace signet::mail

// ASCII text, without locale.  Protocol words are ASCII and compared without case (RFC 5321 §2.4);
// nothing here knows about Unicode.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
constexpr bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }

std::string lower(std::string_view text);
std::string upper(std::string_view text);
bool equal_nocase(std::string_view a, std::string_view b);
bool starts_nocase(std::string_view text, std::string_view prefix);

std::string_view trim(std::string_view text, std::string_view of = " \t");
std::vector<std::string_view> split(std::string_view text, char at);  // "" has one empty part

// Digits only, no sign, no blanks, no overflow, at most 20 of them.
std::optional<std::uint64_t> parse_unsigned(std::string_view digits);

std::string hex(std::string_view octets);                 // lower case
std::optional<std::string> unhex(std::string_view text);  // either case, even length

// For one field of a line that others parse: %XX for space, control characters, quotes, '%', DEL
// and all octets from 0x80, so that a value can never forge a second field (CWE-117).
std::string percent_encode(std::string_view text);

// Well-formed UTF-8 (RFC 3629 §4): no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// For people and JSON: at most `limit` octets, control characters and bad UTF-8 as U+FFFD.
std::string sanitised(std::string_view text, std::size_t limit);

}  // namespace signet

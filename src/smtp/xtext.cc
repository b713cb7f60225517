#include "smtp/xtext.h"

#include "base/cursor.h"
#include "mail/idna.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace signet::smtp {
namespace {

bool is_printable(char c) { return c >= ' ' && c <= '~'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'A' && c <= 'F'); }  // §4: upper case

// RFC 5322 §3.2.3: addr-type = atom
bool is_atext(char c) { return is_alnum(c) || std::string_view{"!#$%&'*+-/=?^_`{|}~"}.contains(c); }

std::string utf8_of(std::uint32_t code) {
    const auto octet = [](std::uint32_t bits) { return static_cast<char>(bits); };
    const auto tail = [&](unsigned shift) { return octet(0x80 | (code >> shift & 0x3F)); };
    if (code < 0x80) return {octet(code)};
    if (code < 0x800) return {octet(0xC0 | code >> 6), tail(0)};
    if (code < 0x10000) return {octet(0xE0 | code >> 12), tail(6), tail(0)};
    return {octet(0xF0 | code >> 18), tail(12), tail(6), tail(0)};
}

// REQUIRES: well-formed UTF-8
std::uint32_t code_of(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    std::uint32_t code = first < 0xE0 ? first & 0x1F : first < 0xF0 ? first & 0x0F : first & 0x07;
    for (const char c : character.substr(1)) {
        code = code << 6 | (static_cast<unsigned char>(c) & 0x3F);
    }
    return code;
}

// EmbeddedUnicodeChar = %x5C.78 "{" HEXPOINT "}" (RFC 6533 §3); the cursor is behind the backslash.
std::optional<std::string> take_code_point(Cursor& in) {
    if (!in.rest().starts_with("x{")) return {};
    in.rewind(in.offset() + 2);
    const auto digits = in.take_while(is_hex_digit);
    std::uint32_t code = 0;
    if (digits.size() < 2 || digits.size() > 6 || !in.take('}')) return {};
    std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    auto character = code <= 0x10FFFF ? utf8_of(code) : std::string{};
    if (!is_utf8(character)) return {};
    return character;
}

// utf-8-enc-addr = utf-8-addr-xtext / utf-8-addr-unitext (RFC 6533 §3): plain octets but for
// "+", "=" and the backslash; UTF-8; code points spelled out.
std::optional<std::string> decode_utf8_address(std::string_view value) {
    std::string address;
    Cursor in{value};
    while (!in.at_end()) {
        address += in.take_until("\\+=");
        if (in.at_end()) break;
        if (!in.take('\\')) return {};
        const auto character = take_code_point(in);
        if (!character) return {};
        address += *character;
    }
    if (!mail::is_visible(address) || address.contains(' ')) return {};
    return address;
}

std::string encode_utf8_address(std::string_view address) {
    std::string encoded;
    while (!address.empty()) {
        std::size_t length = 1;
        while (length < address.size() &&
               (static_cast<unsigned char>(address[length]) & 0xC0) == 0x80)
            ++length;
        const auto character = address.substr(0, length);
        address.remove_prefix(length);
        const char c = character[0];
        if (length == 1 && !std::string_view{"\\+= "}.contains(c)) {
            encoded += c;
            continue;
        }
        std::array<char, 8> digits{};
        const auto code = length == 1 ? static_cast<std::uint32_t>(c) : code_of(character);
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), code, 16).ptr;
        encoded += "\\x{" + upper(std::string_view{digits.data(), end}) + "}";
    }
    return encoded;
}

}  // namespace

std::optional<std::string> decode_xtext(std::string_view xtext) {
    std::string text;
    Cursor in{xtext};
    while (!in.at_end()) {
        text += in.take_until("+=");
        if (in.at_end()) break;
        if (!in.take('+')) return {};
        const auto digits = in.take_while(is_hex_digit).substr(0, 2);
        const auto octet = digits.size() == 2 ? unhex(digits) : std::nullopt;
        if (!octet) return {};
        in.rewind(static_cast<std::size_t>(digits.data() - xtext.data()) + 2);
        text += *octet;
    }
    if (!std::ranges::all_of(text, is_printable)) return {};
    return text;
}

std::string encode_xtext(std::string_view printable) {
    std::string xtext;
    for (const char c : printable) {
        if (c > ' ' && c <= '~' && c != '+' && c != '=') {
            xtext += c;
        } else {
            xtext += '+' + upper(hex({&c, 1}));
        }
    }
    return xtext;
}

std::optional<std::string> decode_original(std::string_view value) {
    Cursor in{value};
    const auto type = in.take_while(is_atext);
    if (type.empty() || !in.take(';')) return {};
    const bool utf8 = equal_nocase(type, "utf-8");
    const auto address = utf8 ? decode_utf8_address(in.rest()) : decode_xtext(in.rest());
    if (!address || address->empty()) return {};
    auto original = std::string{type} + ";" + *address;
    if (original.size() > mail::kOriginalOctets) return {};
    return original;
}

std::string encode_original(std::string_view original) {
    const auto at = original.find(';') + 1;
    const auto type = original.substr(0, at), address = original.substr(at);
    return std::string{type} +
           (equal_nocase(type, "utf-8;") ? encode_utf8_address(address) : encode_xtext(address));
}

// notify-esmtp-value = "NEVER" / (notify-list-element *( "," notify-list-element ))
std::optional<mail::Notify> parse_notify(std::string_view value) {
    mail::Notify notify{.asked = true};
    if (equal_nocase(value, "NEVER")) return notify;
    for (const auto word : split(value, ',')) {
        auto* wanted = equal_nocase(word, "SUCCESS")   ? &notify.success
                       : equal_nocase(word, "FAILURE") ? &notify.failure
                       : equal_nocase(word, "DELAY")   ? &notify.delay
                                                       : nullptr;
        if (wanted == nullptr) return {};
        *wanted = true;
    }
    return notify;
}

std::string text_of(const mail::Notify& notify) {
    std::string text;
    const auto add = [&](bool wanted, std::string_view word) {
        if (wanted) (text += text.empty() ? "" : ",") += word;
    };
    add(notify.success, "SUCCESS");
    add(notify.failure, "FAILURE");
    add(notify.delay, "DELAY");
    return text.empty() ? "NEVER" : text;
}

}  // namespace signet::smtp

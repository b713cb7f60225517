#include "cli/compose.h"

#include "base/base64.h"
#include "base/text.h"
#include "mail/date.h"

#include <algorithm>

namespace signet::cli {
namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string field(std::string_view text) {
    std::string clean{text};
    for (char& c : clean) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    return clean;
}

// RFC 2047 §2: an encoded word has at most 75 characters, so 45 octets of text, whole characters.
std::string encoded(std::string_view text) {
    constexpr std::size_t kOctets = 45;
    std::string words;
    while (!text.empty()) {
        auto size = std::min(text.size(), kOctets);
        while (size < text.size() && size > 0 &&
               (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
            --size;
        }
        size = std::max<std::size_t>(size, 1);
        words += (words.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(text.substr(0, size)) +
                 "?=";
        text.remove_prefix(size);
    }
    return words;
}

std::string domain_of(std::string_view address) {
    const auto at = address.rfind('@');
    const auto domain = at == std::string_view::npos ? "" : field(address.substr(at + 1));
    return domain.empty() ? "localhost" : domain;
}

}  // namespace

std::string with_crlf(std::string_view text) {
    std::string result;
    result.reserve(text.size() + text.size() / 16);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' || text[i] == '\n') {
            if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
            result += "\r\n";
        } else {
            result += text[i];
        }
    }
    if (!result.empty() && !result.ends_with("\r\n")) result += "\r\n";
    return result;
}

std::string compose(const Letter& letter, WallTime now, std::string_view token) {
    std::string to;
    for (const auto& address : letter.to) to += (to.empty() ? "" : ",\r\n ") + field(address);
    const auto subject = field(letter.subject);
    return "From: " + field(letter.from) + "\r\nTo: " + to +
           "\r\nSubject: " + (is_ascii(subject) ? subject : encoded(subject)) +
           "\r\nDate: " + mail::date_time(now) + "\r\nMessage-ID: <" + std::string{token} + "@" +
           domain_of(letter.from) +
           ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: 8bit\r\n\r\n" +
           with_crlf(letter.body);
}

}  // namespace signet::cli

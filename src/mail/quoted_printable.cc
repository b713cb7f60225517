#include "mail/quoted_printable.h"

namespace signet::mail {
namespace {

constexpr std::size_t kLineOctets = 76;  // RFC 2045 §6.7 (5), with the "=" of a soft line break
constexpr std::string_view kHex = "0123456789ABCDEF";

// §6.7 (3): a blank at the end of a line would be taken off on its way.
bool stands_for_itself(char c, bool ends_line) {
    if (c == ' ' || c == '\t') return !ends_line;
    return c > ' ' && c <= '~' && c != '=';
}

void add_line(std::string_view line, std::string& out) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool plain = stands_for_itself(line[i], i + 1 == line.size());
        const std::size_t width = plain ? 1 : 3;
        if (length + width >= kLineOctets) {
            out += "=\r\n";
            length = 0;
        }
        length += width;
        if (plain) {
            out += line[i];
            continue;
        }
        const auto octet = static_cast<unsigned char>(line[i]);
        out += '=';
        out += kHex[octet >> 4];
        out += kHex[octet & 15];
    }
}

}  // namespace

std::string quoted_printable(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (;;) {
        const auto end = text.find("\r\n");
        add_line(text.substr(0, end), out);
        if (end == std::string_view::npos) return out;
        out += "\r\n";
        text.remove_prefix(end + 2);
    }
}

}  // namespace signet::mail

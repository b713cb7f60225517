#include "smtp/capabilities.h"

#include "base/text.h"

namespace signet::smtp {
namespace {

void add_line(std::string_view line, Capabilities& offered) {
    const auto words = split(line, ' ');
    const auto keyword = words.front();
    if (equal_nocase(keyword, "STARTTLS")) offered.starttls = true;
    if (equal_nocase(keyword, "PIPELINING")) offered.pipelining = true;
    if (equal_nocase(keyword, "8BITMIME")) offered.eight_bit_mime = true;
    if (equal_nocase(keyword, "SMTPUTF8")) offered.smtputf8 = true;
    if (equal_nocase(keyword, "DSN")) offered.dsn = true;
    if (equal_nocase(keyword, "CHUNKING")) offered.chunking = true;
    if (equal_nocase(keyword, "SIZE")) {
        // RFC 1870 §3: no number, or zero, says that there is no fixed limit.
        const auto limit = words.size() > 1 ? parse_unsigned(words[1]) : std::nullopt;
        offered.size_limit = limit.value_or(0);
    }
    if (equal_nocase(keyword, "AUTH")) {
        for (std::size_t i = 1; i < words.size(); ++i) {
            if (!words[i].empty()) offered.auth.emplace_back(words[i]);
        }
    }
}

}  // namespace

Capabilities parse_ehlo_reply(const Reply& reply) {
    Capabilities offered;
    for (std::size_t i = 1; i < reply.lines.size(); ++i) add_line(reply.lines[i], offered);
    return offered;
}

}  // namespace signet::smtp

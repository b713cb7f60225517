#include "smtp/extensions.h"

namespace signet::smtp {

std::vector<std::string> ehlo_keywords(Role role, bool in_tls,
                                       std::span<const std::string_view> mechanisms,
                                       const ProtocolLimits& limits) {
    std::vector<std::string> lines;
    lines.emplace_back("PIPELINING");                                     // RFC 2920
    lines.emplace_back("SIZE " + std::to_string(limits.message_octets));  // RFC 1870
    if (role != Role::submissions && !in_tls) lines.emplace_back("STARTTLS");
    if (in_tls && !mechanisms.empty()) {
        std::string line{"AUTH"};
        for (const auto mechanism : mechanisms) line.append(" ").append(mechanism);
        lines.push_back(std::move(line));
    }
    lines.emplace_back("8BITMIME");  // RFC 6152
    lines.emplace_back("SMTPUTF8");  // RFC 6531
    lines.emplace_back("CHUNKING");  // RFC 3030
    // RFC 3461.  Not to strangers: a report of success to a sender that nobody has proven is spam.
    if (role != Role::mx) lines.emplace_back("DSN");
    lines.emplace_back("ENHANCEDSTATUSCODES");  // RFC 2034
    return lines;
}

}  // namespace signet::smtp

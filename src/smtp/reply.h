// A reply: three digits, perhaps an enhanced status (RFC 3463), and text (RFC 5321 §4.2).
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::smtp {

// class "." subject "." detail (RFC 3463 §2)
struct EnhancedStatus {
    int status_class = 0, subject = 0, detail = 0;

    std::string text() const;
    auto operator<=>(const EnhancedStatus&) const = default;
};
std::optional<EnhancedStatus> parse_enhanced_status(std::string_view text);

// Shape: code 200 … 599; at least one line; a line is free of CR, LF and NUL.
struct Reply {
    int code = 0;
    std::optional<EnhancedStatus> status;
    std::vector<std::string> lines;

    bool positive() const { return code < 400; }
    bool temporary() const { return code >= 400 && code < 500; }
    bool permanent() const { return code >= 500; }
    bool closes() const { return code == 221 || code == 421 || code == 521; }
    std::string wire() const;  // "250-…\r\n250 …\r\n", the status before each line (RFC 2034 §4)
    std::string text() const;  // one line, for logs and reports: "550 5.7.1 not yours"
    auto operator<=>(const Reply&) const = default;
};

Reply reply(int code, EnhancedStatus status, std::string text);
Reply reply(int code, std::string text);  // greeting, EHLO, HELO, 334, 354: no status

}  // namespace signet::smtp

#include "smtp/reply.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace signet::smtp {
namespace {

// An octet that would end the line, and so begin a second reply, is never written.
std::string harmless(std::string_view line) {
    std::string text{line};
    std::ranges::replace_if(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    return text;
}

}  // namespace

std::string EnhancedStatus::text() const {
    return std::to_string(status_class) + '.' + std::to_string(subject) + '.' +
           std::to_string(detail);
}

// status-code = ("2" / "4" / "5") "." 1*3digit "." 1*3digit
std::optional<EnhancedStatus> parse_enhanced_status(std::string_view text) {
    const auto parts = split(text, '.');
    if (parts.size() != 3 || parts[0].size() != 1) return {};
    int numbers[3];
    for (std::size_t i = 0; i < 3; ++i) {
        const auto number = parts[i].size() <= 3 ? parse_unsigned(parts[i]) : std::nullopt;
        if (!number) return {};
        numbers[i] = static_cast<int>(*number);
    }
    if (numbers[0] != 2 && numbers[0] != 4 && numbers[0] != 5) return {};
    return EnhancedStatus{numbers[0], numbers[1], numbers[2]};
}

std::string Reply::wire() const {
    std::string octets;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        octets += std::to_string(code);
        octets += i + 1 < lines.size() ? '-' : ' ';
        if (status) octets += status->text() + ' ';
        octets += harmless(lines[i]) + "\r\n";
    }
    return octets;
}

std::string Reply::text() const {
    auto line = std::to_string(code);
    if (status) line += ' ' + status->text();
    for (const auto& part : lines) {
        if (!part.empty()) line += ' ' + harmless(part);
    }
    return line;
}

Reply reply(int code, EnhancedStatus status, std::string text) {
    Reply made = reply(code, std::move(text));
    made.status = status;
    return made;
}

Reply reply(int code, std::string text) {
    Reply made;
    made.code = code;
    made.lines.push_back(std::move(text));
    return made;
}

}  // namespace signet::smtp

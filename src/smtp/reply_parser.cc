#include "smtp/reply_parser.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace signet::smtp {
namespace {

bool is_control(char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7F; }

// The status in front of a line's text, if it is one that belongs to this code: RFC 2034 §4 lets
// only 2xx, 4xx and 5xx carry one, and RFC 3463 §2 makes both first digits say the same.
std::optional<EnhancedStatus> status_of(std::string_view text, int code) {
    const auto status = parse_enhanced_status(text.substr(0, text.find(' ')));
    if (!status || status->status_class != code / 100) return {};
    return status;
}

}  // namespace

std::string_view name(ReplyFault fault) {
    switch (fault) {
    case ReplyFault::line_too_long: return "a reply line is too long";
    case ReplyFault::too_many_lines: return "a reply has too many lines";
    case ReplyFault::too_long: return "a reply is too long";
    case ReplyFault::bad_code: return "a reply has no valid code";
    case ReplyFault::codes_differ: return "the lines of a reply have different codes";
    case ReplyFault::bare_newline: return "a reply holds a bare CR or LF";
    case ReplyFault::binary: return "a reply holds a control character";
    }
    std::unreachable();
}

Result<std::optional<Reply>, ReplyFault> ReplyParser::next() {
    const auto broken = [this](ReplyFault fault) { return fail(*(fault_ = fault)); };
    if (fault_) return fail(*fault_);
    for (;;) {
        const auto text = next_line();
        if (!text) return broken(text.error());
        if (!*text) return std::nullopt;
        auto line = parse_line(**text);
        if (!line) return broken(line.error());
        const bool last = line->last;
        if (const auto added = add(std::move(*line)); !added) return broken(added.error());
        if (last) return finish();
    }
}

// A whole line, without CRLF.
Result<std::optional<std::string_view>, ReplyFault> ReplyParser::next_line() {
    const auto end = buffer_.find('\n', std::max(at_, searched_));
    const auto length = (end == std::string::npos ? buffer_.size() : end + 1) - at_;
    if (length > limits_.line_octets) return fail(ReplyFault::line_too_long);
    if (end == std::string::npos) {
        buffer_.erase(0, std::exchange(at_, 0));
        searched_ = buffer_.size();
        return std::nullopt;
    }
    if (end == at_ || buffer_[end - 1] != '\r') return fail(ReplyFault::bare_newline);
    const auto line = std::string_view{buffer_}.substr(at_, end - 1 - at_);
    octets_ += length;
    at_ = end + 1;
    return line;
}

Result<ReplyParser::Line, ReplyFault> ReplyParser::parse_line(std::string_view line) const {
    if (line.find('\r') != std::string_view::npos) return fail(ReplyFault::bare_newline);
    if (std::ranges::any_of(line, is_control)) return fail(ReplyFault::binary);
    const bool code_fits = line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && line[1] >= '0' &&
                           line[1] <= '5' && is_digit(line[2]);
    if (!code_fits) return fail(ReplyFault::bad_code);
    // RFC 5321 §4.2: a client should take a code alone, too.
    const char separator = line.size() > 3 ? line[3] : ' ';
    if (separator != ' ' && separator != '-') return fail(ReplyFault::bad_code);

    Line parsed{.code = static_cast<int>(*parse_unsigned(line.substr(0, 3))),
                .last = separator == ' ',
                .text = std::string{line.substr(std::min<std::size_t>(4, line.size()))}};
    std::ranges::replace_if(
        parsed.text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    return parsed;
}

Result<void, ReplyFault> ReplyParser::add(Line line) {
    if (!lines_.empty() && line.code != code_) return fail(ReplyFault::codes_differ);
    if (lines_.size() == limits_.lines) return fail(ReplyFault::too_many_lines);
    if (octets_ > limits_.octets) return fail(ReplyFault::too_long);
    code_ = line.code;
    lines_.push_back(std::move(line.text));
    return {};
}

Reply ReplyParser::finish() {
    Reply reply{.code = code_,
                .status = status_of(lines_.front(), code_),
                .lines = std::exchange(lines_, {})};
    code_ = 0;
    octets_ = 0;
    if (!reply.status) return reply;
    for (auto& line : reply.lines) {
        if (status_of(line, reply.code) != reply.status) continue;
        line.erase(0, std::min(line.find(' '), line.size() - 1) + 1);
    }
    return reply;
}

}  // namespace signet::smtp

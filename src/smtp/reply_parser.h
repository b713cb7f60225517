// Reads what a server answers (RFC 5321 §4.2), without trusting it.
//
//   Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
//   Reply-code = %x32-35 %x30-35 %x30-39
//   textstring = 1*(%d09 / %d32-126)
//
// A hostile next hop may answer without end, in binary, or with lines that contradict each other;
// OpenSMTPD read out of bounds on such a reply and ran it as a command (CVE-2020-8794).  Here
// everything has a limit, and the first octet that breaks the grammar ends the conversation.
#pragma once

#include "base/result.h"
#include "smtp/reply.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::smtp {

struct ReplyLimits {
    std::size_t line_octets = 2'048;  // with CRLF; RFC 5321 §4.5.3.1.5 asks for 512 at least
    std::size_t lines = 128;          // of one reply
    std::size_t octets = 64u << 10;   // of one reply, all its lines
};

enum class ReplyFault {
    line_too_long,
    too_many_lines,
    too_long,
    bad_code,      // not three digits of the grammar, or no space, hyphen or CRLF behind them
    codes_differ,  // "250-…" followed by "550 …"
    bare_newline,  // CR or LF alone
    binary,        // a control character other than TAB
};
std::string_view name(ReplyFault fault);

// Holds at most one reply and what the caller hands in behind it.  Once a fault was found it is
// found for ever.  Not safe for concurrent use.
class ReplyParser {
public:
    explicit ReplyParser(ReplyLimits limits = {}) : limits_(limits) {}

    void received(std::string_view octets) { buffer_ += octets; }
    // The next whole reply; nullopt: more octets are needed.  An enhanced status is recognised if
    // its class fits the code, and taken off each line that repeats it (RFC 2034 §4).  Octets from
    // 0x80, which the grammar does not have but servers send, become '?'.
    Result<std::optional<Reply>, ReplyFault> next();

    // True if octets were received that are not part of a reply already given out.
    bool holds_octets() const { return at_ < buffer_.size() || !lines_.empty(); }

private:
    struct Line {
        int code;
        bool last;
        std::string text;
    };

    Result<std::optional<std::string_view>, ReplyFault> next_line();
    Result<Line, ReplyFault> parse_line(std::string_view line) const;
    Result<void, ReplyFault> add(Line line);
    Reply finish();

    ReplyLimits limits_;
    std::string buffer_;
    std::size_t at_ = 0;        // of the first octet not yet read
    std::size_t searched_ = 0;  // no line ends before this octet: each is looked at once
    std::optional<ReplyFault> fault_;
    int code_ = 0;
    std::size_t octets_ = 0;
    std::vector<std::string> lines_;
};

}  // namespace signet::smtp

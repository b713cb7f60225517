#include "mail/header_scanner.h"

#include <algorithm>
#include <utility>

namespace signet::mail {
namespace {

constexpr std::string_view kCrlf = "\r\n";

// RFC 5322 §2.1.1: a line has at most 998 octets.  A name that fills one has no room for a value;
// the bound tells a body without line ends from a header early.
constexpr std::size_t kNameOctets = 998;

// RFC 5322 §3.6.8: ftext = %d33-57 / %d59-126
bool is_ftext(char c) { return c > ' ' && c <= '~' && c != ':'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

HeaderScanner::State HeaderScanner::step_line_start(std::size_t at) {
    const char c = held_[at];
    line_begin_ = at;
    if (c == '\r') return State::empty_line_cr;
    // RFC 5322 §2.2.3: a line that begins with a blank goes on with the field above it, even if
    // there is nothing else on it (obs-FWS, §4.2).
    if (is_blank(c)) return field_open_ ? State::value : State::body;
    return is_ftext(c) ? State::name : State::body;
}

// State::body is "this line is no field".
HeaderScanner::State HeaderScanner::step(std::size_t at) {
    const char c = held_[at];
    const bool too_long = at - line_begin_ >= kNameOctets;
    switch (state_) {
    case State::line_start: return step_line_start(at);
    case State::name:
    case State::blanks:
        if (c == ':') {
            field_open_ = true;
            return State::value;
        }
        if (too_long) return State::body;
        if (is_blank(c)) return State::blanks;
        return state_ == State::name && is_ftext(c) ? State::name : State::body;
    case State::value: return c == '\r' ? State::value_cr : State::value;
    case State::value_cr:
        if (c == '\n') return State::line_start;
        return c == '\r' ? State::value_cr : State::value;
    case State::empty_line_cr: blank_line_ = c == '\n'; return State::body;
    case State::body:
    case State::too_big: break;
    }
    std::unreachable();
}

void HeaderScanner::scan() {
    while (scanned_ < held_.size() && state_ != State::body) {
        if (state_ == State::value) {  // most octets are here: find the end of the line at once
            scanned_ = std::min(held_.find('\r', scanned_), held_.size());
            if (scanned_ == held_.size()) return;
        }
        state_ = step(scanned_++);
    }
}

// A line that may still turn out to be body does not count, or the limit would depend on how the
// content was cut.
std::size_t HeaderScanner::surely_header() const {
    switch (state_) {
    case State::line_start:
    case State::value:
    case State::value_cr: return scanned_;
    case State::name:
    case State::blanks:
    case State::empty_line_cr:
    case State::body: return line_begin_;
    case State::too_big: break;
    }
    std::unreachable();
}

std::string_view HeaderScanner::end_header(std::size_t header_octets, bool blank_line_is_there) {
    header_octets_ = header_octets;
    if (!blank_line_is_there) {
        held_.insert(header_octets_, kCrlf);
        octets_added_ = kCrlf.size();
    }
    return held_;
}

Result<std::string_view, HeaderFault> HeaderScanner::feed(std::string_view part) {
    if (state_ == State::too_big) return fail(HeaderFault::too_big);
    if (state_ == State::body) {
        held_.resize(header_octets_);  // what else was in there has been given out
        return part;
    }
    held_ += part;
    scan();
    if (surely_header() > limit_) {
        state_ = State::too_big;
        held_ = {};
        return fail(HeaderFault::too_big);
    }
    if (state_ != State::body) return std::string_view{};
    return end_header(line_begin_, blank_line_);
}

Result<std::string_view, HeaderFault> HeaderScanner::finish() {
    const auto before = state_;
    if (before == State::too_big) return fail(HeaderFault::too_big);
    if (before == State::body) {
        held_.resize(header_octets_);
        return std::string_view{};
    }
    state_ = State::body;
    switch (before) {
    case State::line_start:  // no body at all: RFC 5322 §3.5 makes it optional
    case State::value:
    case State::value_cr: return end_header(held_.size(), true);
    case State::name:
    case State::blanks:
    case State::empty_line_cr: return end_header(line_begin_, false);
    case State::body:
    case State::too_big: break;
    }
    std::unreachable();
}

}  // namespace signet::mail

// Finds the end of the header in content that comes in parts (RFC 5322 §2.1, §2.2).
//
// Octets in, octets out: what feed() and finish() give back, one after the other, is the content,
// as it came.  The header block is held back until it is complete, so that it can be looked at
// before a single octet is kept; the body is passed through and never looked at.
//
//   scanner.feed(part)  ──▶ octets to keep (none while the header is incomplete)
//                       ──▶ too_big   answer 552 5.3.4; every later call says so, too
//   scanner.finish()    ──▶ the rest, at the end of the content
//
// One thing is added: where a line that cannot be a field ends the header without the blank line
// of RFC 5322 §3.5, that blank line is put in.  Programs do not agree where such a header ends, and
// what one takes for the From field must not be body to the next.  The same goes for content that
// does not begin with a field at all.
//
// Lines end with CRLF and nothing else: smtp::DataDecoder has refused bare CR, bare LF and NUL.
// Memory: the limit, one line, and the part fed last.  Work: each octet of the header once.  Holds
// no clock, socket or store.  Not safe for concurrent use.
#pragma once

#include "base/result.h"
#include "mail/header.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace signet::mail {

enum class HeaderFault {
    too_big,  // 552 5.3.4: more octets than the limit before the header ended
};

class HeaderScanner {
public:
    static constexpr std::size_t kDefaultLimit = 256u << 10;  // octets, without the blank line

    explicit HeaderScanner(std::size_t limit = kDefaultLimit) : limit_(limit) {}

    // The view is good until the next call of either.  It may point into `part`.
    Result<std::string_view, HeaderFault> feed(std::string_view part);
    Result<std::string_view, HeaderFault> finish();

    // True once the end of the header is known; header() is empty until then.
    bool complete() const { return state_ == State::body; }
    // Good as long as the scanner is neither moved nor destroyed.
    Header header() const { return Header{std::string_view{held_}.substr(0, header_octets_)}; }
    // The blank line that was put in is counted here and nowhere else: 0 or 2.
    std::size_t octets_added() const { return octets_added_; }

private:
    enum class State {
        line_start,
        name,
        blanks,
        value,
        value_cr,
        empty_line_cr,
        body,
        too_big
    };

    State step(std::size_t at);
    State step_line_start(std::size_t at);
    void scan();
    std::size_t surely_header() const;
    std::string_view end_header(std::size_t header_octets, bool blank_line_is_there);

    std::size_t limit_;
    std::string held_;  // the header block, and what was fed with its last octets
    std::size_t scanned_ = 0, line_begin_ = 0, header_octets_ = 0, octets_added_ = 0;
    bool field_open_ = false;  // a line that begins with a blank goes on with a field
    State state_ = State::line_start;
    bool blank_line_ = false;  // how the header ended
};

}  // namespace signet::mail

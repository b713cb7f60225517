// Whether a message needs SMTPUTF8 because of its header: its own, or that of a part of it
// (RFC 6531 §3.6, RFC 6532 §3).  An 8-bit body alone does not.
//
// A machine over content that comes in parts; holds nothing of it.  What begins a part is told by
// its boundary line alone, "--" and something: a body that merely looks so may be taken for one,
// and then the message goes only where SMTPUTF8 is taken, which the client has asked for.
#pragma once

#include <string_view>

namespace signet::mail {

class InternationalScan {
public:
    void feed(std::string_view octets);
    bool found() const { return found_; }

private:
    enum class Place {
        header,      // of the message, or of a part: a line has begun
        line_start,  // of a header
        empty_line,  // CR at the start of a header's line
        body,
        body_line,  // the start of a body's line
        dash,
        two_dashes,
    };
    Place step(char c) const;

    Place place_ = Place::line_start;
    bool found_ = false;
};

}  // namespace signet::mail

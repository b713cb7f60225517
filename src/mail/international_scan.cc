#include "mail/international_scan.h"

#include <utility>

namespace signet::mail {

// RFC 2046 §5.1.1: dash-boundary = "--" boundary, and a boundary does not begin with what ends a
// line.  "-- " is the line before a signature in many bodies.
InternationalScan::Place InternationalScan::step(char c) const {
    switch (place_) {
    case Place::line_start:
        if (c == '\r') return Place::empty_line;
        return Place::header;
    case Place::empty_line: return Place::body_line;
    case Place::header: return c == '\n' ? Place::line_start : Place::header;
    case Place::body_line:
        if (c == '-') return Place::dash;
        break;
    case Place::dash:
        if (c == '-') return Place::two_dashes;
        break;
    case Place::two_dashes:
        if (c != ' ' && c != '\r' && c != '\n') return Place::header;
        break;
    case Place::body: break;
    }
    return c == '\n' ? Place::body_line : Place::body;
}

void InternationalScan::feed(std::string_view octets) {
    for (const char c : octets) {
        if (found_) return;
        const bool in_header = place_ == Place::header || place_ == Place::line_start;
        found_ = in_header && c < 0;
        place_ = step(c);
    }
}

}  // namespace signet::mail

#include "smtp/data_decoder.h"

#include <algorithm>
#include <utility>

namespace signet::smtp {

// The dot at the beginning of a line is never content: it is dropped, or it is the end.
// Returns how many octets that took; the place says what was found.
std::size_t DataDecoder::drop_dot(std::string_view octets) {
    if (framing_ == Framing::chunks) return 0;
    std::size_t at = 0;
    if (place_ == Place::line_start && at < octets.size() && octets[at] == '.') {
        place_ = Place::after_dot;
        ++at;
    }
    if (place_ == Place::after_dot && at < octets.size()) {
        const bool ends = octets[at] == '\r';
        place_ = ends ? Place::after_dot_cr : Place::in_line;
        at += ends;
    }
    return at;
}

// To the CR of the line, to a bare LF that is to become one, or to the end of the octets.  Three
// searches that the C library does many octets at a time, over about 80 octets each.
std::size_t DataDecoder::scan_line(std::string_view octets, std::size_t from, State& state) {
    const auto line = octets.substr(from, octets.find('\n', from) - from);
    const auto cr = line.find('\r');
    const auto text = line.substr(0, cr);
    if (text.contains('\0')) {
        state = State::nul;
        return from;
    }
    const bool has_cr = cr != std::string_view::npos;
    const bool bare_lf = !has_cr && from + line.size() < octets.size();
    if (bare_lf && bare_lf_ == BareLf::reject) {
        state = State::bare_newline;
        return from;
    }
    if (has_cr) place_ = Place::after_cr;
    const auto taken = text.size() + has_cr;
    line_octets_ += taken;
    return from + taken;
}

void DataDecoder::end_line(std::size_t newline_octets) {
    longest_line_ = std::max(longest_line_, line_octets_ + newline_octets);
    line_octets_ = 0;
}

DataDecoder::Piece DataDecoder::decode(std::string_view octets) {
    const auto from = drop_dot(octets);
    if (place_ == Place::after_dot_cr) {
        if (from == octets.size()) return {{}, from, State::more};
        return octets[from] == '\n' ? Piece{{}, from + 1, State::end}
                                    : Piece{{}, from, State::bare_newline};
    }
    auto at = from;
    auto state = State::more;
    while (at < octets.size() && state == State::more) {
        if (place_ == Place::after_cr) {
            if (octets[at] != '\n') return {{}, at, State::bare_newline};
            ++at;
            end_line(1);
            place_ = Place::line_start;
        } else if (octets[at] == '\n' && bare_lf_ == BareLf::normalize) {
            if (at > from) break;  // what stands before it is a piece of its own
            end_line(2);
            place_ = Place::after_bare_lf;
            return {"\r\n", at + 1, State::more};
        } else {
            const bool dot = place_ == Place::line_start && octets[at] == '.';
            if (dot && framing_ == Framing::dots) break;  // a piece of its own, too
            place_ = Place::in_line;
            at = scan_line(octets, at, state);
        }
    }
    if (state != State::more) return {{}, at, state};
    return {octets.substr(from, at - from), at, State::more};
}

DataDecoder::Tail DataDecoder::tail() const {
    switch (place_) {
    case Place::line_start:
    case Place::after_bare_lf: return Tail::line_end;
    case Place::in_line: return Tail::open_line;
    case Place::after_cr: return Tail::bare_cr;
    case Place::after_dot:
    case Place::after_dot_cr: break;  // DATA's
    }
    std::unreachable();
}

}  // namespace signet::smtp

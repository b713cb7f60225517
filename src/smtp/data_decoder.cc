#include "smtp/data_decoder.h"

#include <algorithm>

namespace signet::smtp {

// The dot at the beginning of a line is never content: it is dropped, or it is the end.
// Returns how many octets that took; the place says what was found.
std::size_t DataDecoder::drop_dot(std::string_view octets) {
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

// To the CR of the line, or to the end of the octets.  Three searches that the C library does
// many octets at a time, over about 80 octets each.
std::size_t DataDecoder::scan_line(std::string_view octets, std::size_t from, State& state) {
    const auto line = octets.substr(from, octets.find('\n', from) - from);
    const auto cr = line.find('\r');
    const auto text = line.substr(0, cr);
    if (text.contains('\0')) {
        state = State::nul;
        return from;
    }
    const bool has_cr = cr != std::string_view::npos;
    if (!has_cr && from + line.size() < octets.size()) {
        state = State::bare_newline;
        return from;
    }
    if (has_cr) place_ = Place::after_cr;
    const auto taken = text.size() + has_cr;
    line_octets_ += taken;
    return from + taken;
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
            longest_line_ = std::max(longest_line_, line_octets_ + 1);
            line_octets_ = 0;
            place_ = Place::line_start;
        } else {
            if (place_ == Place::line_start && octets[at] == '.') break;  // its own piece
            place_ = Place::in_line;
            at = scan_line(octets, at, state);
        }
    }
    if (state != State::more) return {{}, at, state};
    return {octets.substr(from, at - from), at, State::more};
}

}  // namespace signet::smtp

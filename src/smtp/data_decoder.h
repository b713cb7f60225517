// The content of a message as DATA carries it: dots removed, the end found (RFC 5321 §4.5.2).
//
// CRLF "." CRLF alone ends it (§4.1.1.4).  A CR or LF by itself, or a NUL, is a fault: a server
// that lets one pass lets a client end a message where the next server does not.
//
// A machine that copies nothing and holds nothing: each Piece is a slice of what was handed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signet::smtp {

class DataDecoder {
public:
    enum class State {
        more,
        end,
        bare_newline,
        nul
    };
    struct Piece {
        std::string_view content;  // a part of the message, perhaps empty; none with a fault
        std::size_t used = 0;      // octets of the input that are done with; 0 only for no input,
                                   // and without meaning with a fault
        State state = State::more;
    };

    // REQUIRES: no end and no fault so far.
    Piece decode(std::string_view octets);

    std::size_t longest_line() const { return longest_line_; }  // with CRLF, without its dot

private:
    enum class Place {
        line_start,
        in_line,
        after_cr,
        after_dot,
        after_dot_cr
    };

    std::size_t drop_dot(std::string_view octets);
    std::size_t scan_line(std::string_view octets, std::size_t from, State& state);

    Place place_ = Place::line_start;
    std::size_t line_octets_ = 0, longest_line_ = 0;
};

}  // namespace signet::smtp

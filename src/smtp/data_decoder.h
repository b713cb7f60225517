// The content of a message as DATA carries it, dots removed and the end found (RFC 5321 §4.5.2), or
// as the chunks of BDAT carry it (RFC 3030 §2), which have no dots and no end of their own.
//
// CRLF "." CRLF alone ends the data (§4.1.1.4).  A CR by itself, or a NUL, is a fault always; a LF
// by itself is one, too, or it is read as CRLF: see BareLf.  A server that lets one pass lets a
// client end a message where the next server does not.
//
// A machine that copies nothing and holds nothing: each Piece is a slice of what was handed in, or
// the CRLF that a bare LF became.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signet::smtp {

// What a LF without its CR is.  normalize: a line end of the content, written as CRLF.  It is never
// part of the end of the data, and no dot behind it is taken away or counted.
enum class BareLf {
    reject,
    normalize
};

class DataDecoder {
public:
    enum class Framing {
        dots,   // DATA
        chunks  // BDAT
    };
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

    explicit DataDecoder(Framing framing = Framing::dots, BareLf bare_lf = BareLf::reject)
        : framing_(framing), bare_lf_(bare_lf) {}

    // REQUIRES: no end and no fault so far.
    Piece decode(std::string_view octets);

    // How chunks left off, when there are no more.
    enum class Tail {
        line_end,  // or nothing came at all
        open_line,
        bare_cr,
    };
    Tail tail() const;

    std::size_t longest_line() const { return longest_line_; }  // with CRLF, without its dot

private:
    enum class Place {
        line_start,
        in_line,
        after_bare_lf,
        after_cr,
        after_dot,
        after_dot_cr
    };

    std::size_t drop_dot(std::string_view octets);
    std::size_t scan_line(std::string_view octets, std::size_t from, State& state);
    void end_line(std::size_t newline_octets);

    Framing framing_;
    BareLf bare_lf_;
    Place place_ = Place::line_start;
    std::size_t line_octets_ = 0, longest_line_ = 0;
};

}  // namespace signet::smtp

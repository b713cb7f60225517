// Octets in, lines out: the one reader of what a client sends (RFC 5321 §2.3.8).
//
// CRLF alone ends a line.  A CR or LF by itself, or a NUL, is never a line end, never an octet of
// a line, and never passed over: it is a Fault at once, wherever it stands, since two servers that
// read it differently can be made to see two messages in one (CVE-2023-51764, class smuggling).
//
// Memory: what was received and not yet read; a line longer than its limit is dropped as it comes.
// Each line is overwritten when the next call shows that the caller is done with it, because a
// password may stand in any line.  Not safe for concurrent use.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace signet::smtp {

class LineReader {
public:
    // Of a line with its CRLF.
    struct Limits {
        std::size_t command_octets, auth_octets;
    };

    // What the line is read for: the limit of an AUTH line (RFC 4954 §4) holds for a command that
    // begins with "AUTH " and for each line of an exchange.
    enum class Kind {
        command,
        auth_response
    };

    enum class Fault {
        bare_newline,  // a CR or LF by itself
        nul,
        foreign_protocol,  // the line begins as a TLS handshake does
        endless,           // 64 KiB and no CRLF: nobody here speaks SMTP
        too_long,          // the line is gone; the next one can be read
        auth_too_long,     // the same, and it began with "AUTH " or was a response
        bdat_too_long,     // the same, and it began with "BDAT ": what follows cannot be told apart
    };

    explicit LineReader(Limits limits) : limits_(limits) {}
    ~LineReader();
    LineReader(LineReader&&) noexcept = default;
    LineReader& operator=(LineReader&&) noexcept = default;

    void received(std::string_view octets);  // copies

    // The next line without its CRLF, valid until the next call; nullopt: more is needed.
    // After a Fault other than too_long and auth_too_long the caller must drop() the input.
    std::optional<Result<std::string_view, Fault>> next_line(Kind kind);

    // For message content, which has a decoder of its own.  REQUIRES: no line is half read.
    std::string_view unread() const;  // valid until the next call that is not const
    void skip(std::size_t octets);    // REQUIRES: octets <= unread().size()

    bool empty() const { return at_ == buffer_.size() && !discarding_; }
    void drop();     // forgets all input, and overwrites it
    void release();  // gives memory back if nothing is unread: an idle session owns no buffer

private:
    std::optional<Fault> look_at(char c);
    std::size_t limit(Kind kind) const;
    bool begins_with(std::string_view verb) const;
    void discard_scanned();
    void wipe_read();

    Limits limits_;
    std::string buffer_;
    std::size_t at_ = 0;         // where the line being read begins
    std::size_t scanned_ = 0;    // >= at_: looked at, and no CRLF found
    std::size_t wiped_ = 0;      // <= at_: overwritten
    std::size_t discarded_ = 0;  // octets of a line too long, so far
    bool discarding_ = false;
    Fault discarded_as_ = Fault::too_long;
    bool after_cr_ = false;
};

}  // namespace signet::smtp

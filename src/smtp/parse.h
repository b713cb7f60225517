// What the parsers of single commands share.  Each is given the whole line, the cursor behind the
// verb, so that the offset in a Fault counts from the beginning of the line.
#pragma once

#include "base/cursor.h"
#include "smtp/command.h"

#include <string_view>

namespace signet::smtp {

using ParsedCommand = Result<Command, Fault>;

ParsedCommand parse_ehlo(Cursor& in);
ParsedCommand parse_helo(Cursor& in);
ParsedCommand parse_auth(Cursor& in);
ParsedCommand parse_mail(Cursor& in);
ParsedCommand parse_rcpt(Cursor& in);
ParsedCommand parse_bdat(Cursor& in);
ParsedCommand parse_vrfy(Cursor& in);
ParsedCommand parse_help(Cursor& in);
ParsedCommand parse_noop(Cursor& in);

// esmtp-param = esmtp-keyword ["=" esmtp-value] (RFC 5321 §4.1.2), the space before it included.
// The value may hold octets from 0x80 (RFC 6531 §3.3); what each may be is for its own parser.
struct Parameter {
    std::string_view keyword, value;
    bool has_value = false;
    std::size_t offset = 0;
};
std::optional<Parameter> parse_parameter(Cursor& in);

inline std::unexpected<Fault> fault(Fault::Kind kind, const Cursor& in) {
    return fail(Fault{kind, in.offset()});
}

// What the cursor has passed since it stood at `from`.
inline std::string_view read_since(std::size_t from, Cursor in) {
    const auto to = in.offset();
    in.rewind(from);
    return in.rest().substr(0, to - from);
}

constexpr bool is_printable(char c) { return c >= ' ' && c <= '~'; }  // ASCII, space included

// The first word in upper case if it is a verb known to us, else "OTHER": a counter's label comes
// from a closed set, and a client that lost its place may send a password where a verb belongs.
std::string_view verb_of(std::string_view line);

}  // namespace signet::smtp

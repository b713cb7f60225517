// RCPT (RFC 5321 §4.1.1.3).
//
//   rcpt = "RCPT TO:" ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path )
//          [SP Rcpt-parameters] CRLF
//
// No extension that has a parameter here is offered yet, so each is unknown.
#include "smtp/parse.h"

namespace signet::smtp {

ParsedCommand parse_rcpt(Cursor& in) {
    if (!in.take(" TO:")) return fault(Fault::Kind::syntax, in);
    const auto from = in.offset();
    auto recipient = mail::parse_forward_path(in);
    if (!recipient || !mail::is_ascii(read_since(from, in))) return fault(Fault::Kind::syntax, in);
    if (in.at_end()) return Rcpt{std::move(*recipient)};
    const auto parameter = parse_parameter(in);
    if (!parameter) return fault(Fault::Kind::syntax, in);
    return fail(Fault{Fault::Kind::unknown_parameter, parameter->offset});
}

}  // namespace signet::smtp

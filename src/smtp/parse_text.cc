// The commands whose argument is text for nobody in particular: VRFY, HELP and NOOP
// (RFC 5321 §4.1.1.6, §4.1.1.8, §4.1.1.9).
//
//   vrfy = "VRFY" SP String CRLF
//   help = "HELP" [ SP String ] CRLF
//   noop = "NOOP" [ SP String ] CRLF
//
// String = Atom / Quoted-string is read as any printable text, spaces included: people type here.
#include "smtp/parse.h"

namespace signet::smtp {
namespace {

// What stands behind the space; nullopt if it is empty or not printable.
std::optional<std::string_view> parse_string(Cursor& in) {
    if (!in.take(' ')) return {};
    const auto text = in.take_while(is_printable);
    if (text.empty() || !in.at_end()) return {};
    return text;
}

template <class NamedCommand>
ParsedCommand parse_optional_string(Cursor& in) {
    if (!in.at_end() && !parse_string(in)) return fault(Fault::Kind::syntax, in);
    return NamedCommand{};
}

}  // namespace

ParsedCommand parse_vrfy(Cursor& in) {
    const auto what = parse_string(in);
    if (!what) return fault(Fault::Kind::syntax, in);
    return Vrfy{std::string{*what}};
}

ParsedCommand parse_help(Cursor& in) { return parse_optional_string<Help>(in); }
ParsedCommand parse_noop(Cursor& in) { return parse_optional_string<Noop>(in); }

}  // namespace signet::smtp

// The commands whose argument is text for nobody in particular: VRFY, HELP and NOOP
// (RFC 5321 §4.1.1.6, §4.1.1.8, §4.1.1.9).
//
//   vrfy = "VRFY" SP String [ SP "SMTPUTF8" ] CRLF      (RFC 6531 §3.7.4.2)
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

// UTF-8 only where the client says that it reads UTF-8.  EXPN, which has the same rule, is not
// offered at all.
ParsedCommand parse_vrfy(Cursor& in) {
    constexpr std::string_view kSmtputf8 = " SMTPUTF8";
    if (!in.take(' ')) return fault(Fault::Kind::syntax, in);
    const auto from = in.offset();
    auto what = in.take_while([](char c) { return is_printable(c) || c < 0; });
    if (what.empty() || !in.at_end() || !is_utf8(what)) return fault(Fault::Kind::syntax, in);
    const bool smtputf8 = what.size() > kSmtputf8.size() &&
                          equal_nocase(what.substr(what.size() - kSmtputf8.size()), kSmtputf8);
    if (!smtputf8 && !mail::is_ascii(what)) return fail(Fault{Fault::Kind::needs_smtputf8, from});
    if (smtputf8) what.remove_suffix(kSmtputf8.size());
    return Vrfy{std::string{what}};
}

ParsedCommand parse_help(Cursor& in) { return parse_optional_string<Help>(in); }
ParsedCommand parse_noop(Cursor& in) { return parse_optional_string<Noop>(in); }

}  // namespace signet::smtp

// From a line to a command: the verb, and whom to ask for the rest.
//
// To add a command: its parse_<verb>.cc, its line in kVerbs, its struct in command.h, its place in
// sequence.cc and its line in server_protocol.cc.
#include "smtp/parse.h"

namespace signet::smtp {
namespace {

// RFC 5321 §4.1.1: DATA, RSET and QUIT have no arguments; RFC 3207 §4: nor has STARTTLS.
template <class NamedCommand>
ParsedCommand alone(Cursor& in) {
    if (!in.at_end()) return fault(Fault::Kind::syntax, in);
    return NamedCommand{};
}

template <Fault::Kind kind>
ParsedCommand never(Cursor&) {
    return fail(Fault{kind, 0});
}
constexpr auto not_ours = never<Fault::Kind::not_implemented>;
constexpr auto foreign = never<Fault::Kind::foreign_protocol>;

struct Verb {
    std::string_view name;  // upper case, at most 12 octets
    ParsedCommand (*parse)(Cursor&);
};

constexpr Verb kVerbs[] = {
    {"EHLO", parse_ehlo},
    {"HELO", parse_helo},
    {"STARTTLS", alone<StartTls>},
    {"AUTH", parse_auth},
    {"MAIL", parse_mail},
    {"RCPT", parse_rcpt},
    {"DATA", alone<Data>},
    {"BDAT", parse_bdat},
    {"RSET", alone<Rset>},
    {"NOOP", parse_noop},
    {"VRFY", parse_vrfy},
    {"HELP", parse_help},
    {"QUIT", alone<Quit>},
    // Known to the standards, not offered.  The last two let a stranger speak for somebody else.
    {"EXPN", not_ours},
    {"TURN", not_ours},
    {"ETRN", not_ours},
    {"ATRN", not_ours},
    {"SEND", not_ours},
    {"SOML", not_ours},
    {"SAML", not_ours},
    {"BURL", not_ours},
    {"LHLO", not_ours},
    {"XCLIENT", not_ours},
    {"XFORWARD", not_ours},
    // A browser, a proxy or a stray PROXY header (ALPACA, CVE-2021-3618): what follows is not for
    // us, and may carry lines that look as if it were.
    {"GET", foreign},
    {"POST", foreign},
    {"PUT", foreign},
    {"HEAD", foreign},
    {"PATCH", foreign},
    {"DELETE", foreign},
    {"OPTIONS", foreign},
    {"TRACE", foreign},
    {"CONNECT", foreign},
    {"PRI", foreign},
    {"PROXY", foreign},
};

std::string_view first_word(std::string_view line) { return line.substr(0, line.find(' ')); }

const Verb* find_verb(std::string_view word) {
    for (const auto& verb : kVerbs) {
        if (equal_nocase(verb.name, word)) return &verb;
    }
    return nullptr;
}

// A handshake record of TLS or SSL 3, or an SSH banner.
bool is_foreign_greeting(std::string_view line) {
    return line.starts_with('\x16') || line.starts_with("SSH-");
}

// RFC 5321 §4.1.1: receivers "SHOULD tolerate trailing white space".  Nothing else is trimmed.
std::string_view without_trailing_space(std::string_view line) {
    return line.substr(0, line.find_last_not_of(" \t") + 1);
}

}  // namespace

Result<Command, Fault> parse_command(std::string_view line) {
    if (is_foreign_greeting(line)) return fail(Fault{Fault::Kind::foreign_protocol, 0});
    line = without_trailing_space(line);
    const auto word = first_word(line);
    const auto* verb = find_verb(word);
    if (verb == nullptr) return fail(Fault{Fault::Kind::unknown_command, 0});
    Cursor in{line};
    in.rewind(word.size());
    return verb->parse(in);
}

std::string_view verb_of(std::string_view line) {
    const auto* verb = find_verb(first_word(without_trailing_space(line)));
    return verb != nullptr ? verb->name : "OTHER";
}

}  // namespace signet::smtp

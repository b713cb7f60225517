// MAIL (RFC 5321 §4.1.1.2) and its parameters.
//
//   mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF
//
//   SIZE = 1*20DIGIT               RFC 1870 §6
//   BODY = "7BIT" / "8BITMIME"     RFC 6152 §2
//   AUTH = xtext                   RFC 4954 §5: taken, and ignored.  Whom a client names there is
//                                  worth nothing unless it is trusted to vouch for others, and no
//                                  client is; so its octets go nowhere (CVE-2020-28021).
#include "smtp/parse.h"

namespace signet::smtp {
namespace {

struct Seen {
    bool size = false, body = false, auth = false;
};

// xtext = *( xchar / hexchar ), hexchar = "+" 2(%x30-39 / %x41-46)   (RFC 3461 §4)
bool is_xtext(std::string_view text) {
    const auto is_hex_digit = [](char c) { return is_digit(c) || (c >= 'A' && c <= 'F'); };
    Cursor in{text};
    while (!in.at_end()) {
        in.take_until("+");
        if (in.at_end()) break;
        in.take('+');
        for (int i = 0; i < 2; ++i) {
            if (!is_hex_digit(in.peek())) return false;
            in.rewind(in.offset() + 1);
        }
    }
    return true;  // parse_parameter has refused the octets that are no xchar
}

// Marks the parameter as seen; false if it was.
bool first(bool& seen) { return !std::exchange(seen, true); }

// Puts one parameter into mail, or says why it cannot.
std::optional<Fault::Kind> apply(const Parameter& parameter, Seen& seen, Mail& mail) {
    using enum Fault::Kind;
    if (equal_nocase(parameter.keyword, "SIZE")) {
        if (!first(seen.size)) return repeated;
        mail.size = parse_unsigned(parameter.value);
        return mail.size ? std::nullopt : std::optional{bad_value};
    }
    if (equal_nocase(parameter.keyword, "BODY")) {
        if (!first(seen.body)) return repeated;
        const bool eight = equal_nocase(parameter.value, "8BITMIME");
        if (!eight && !equal_nocase(parameter.value, "7BIT")) return bad_value;
        mail.body = eight ? mail::Body::eight_bit_mime : mail::Body::seven_bit;
        return {};
    }
    if (equal_nocase(parameter.keyword, "AUTH")) {
        if (!first(seen.auth)) return repeated;
        const bool taken = parameter.has_value && is_xtext(parameter.value);
        return taken ? std::nullopt : std::optional{bad_value};
    }
    return unknown_parameter;
}

}  // namespace

ParsedCommand parse_mail(Cursor& in) {
    if (!in.take(" FROM:")) return fault(Fault::Kind::syntax, in);
    const auto from = in.offset();
    auto sender = mail::parse_reverse_path(in);
    if (!sender || !mail::is_ascii(read_since(from, in))) return fault(Fault::Kind::syntax, in);

    Mail mail{.sender = std::move(*sender), .size = {}};
    Seen seen;
    while (!in.at_end()) {
        const auto parameter = parse_parameter(in);
        if (!parameter) return fault(Fault::Kind::syntax, in);
        const auto kind = apply(*parameter, seen, mail);
        if (kind) return fail(Fault{*kind, parameter->offset});
    }
    return mail;
}

}  // namespace signet::smtp

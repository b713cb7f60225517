// RCPT (RFC 5321 §4.1.1.3) and its delivery-status parameters (RFC 3461 §4.1, §4.2).
//
//   rcpt = "RCPT TO:" ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path )
//          [SP Rcpt-parameters] CRLF
//
//   NOTIFY = "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" )
//   ORCPT = addr-type ";" xtext
#include "smtp/parse.h"
#include "smtp/xtext.h"

namespace signet::smtp {
namespace {

// Puts one parameter into rcpt, or says why it cannot.
std::optional<Fault::Kind> apply(const Parameter& parameter, Rcpt& rcpt) {
    using enum Fault::Kind;
    if (equal_nocase(parameter.keyword, "NOTIFY")) {
        if (rcpt.notify.asked) return repeated;
        const auto notify = parse_notify(parameter.value);
        if (!notify) return bad_value;
        rcpt.notify = *notify;
        return {};
    }
    if (equal_nocase(parameter.keyword, "ORCPT")) {
        if (!rcpt.original.empty()) return repeated;
        auto original = decode_original(parameter.value);
        if (!original) return bad_value;
        rcpt.original = std::move(*original);
        rcpt.international |= !mail::is_ascii(parameter.value);
        return {};
    }
    return unknown_parameter;
}

}  // namespace

ParsedCommand parse_rcpt(Cursor& in) {
    if (!in.take(" TO:")) return fault(Fault::Kind::syntax, in);
    const auto from = in.offset();
    auto recipient = mail::parse_forward_path(in);
    if (!recipient) return fault(Fault::Kind::syntax, in);

    Rcpt rcpt{.recipient = std::move(*recipient),
              .international = !mail::is_ascii(read_since(from, in))};
    while (!in.at_end()) {
        const auto parameter = parse_parameter(in);
        if (!parameter) return fault(Fault::Kind::syntax, in);
        const auto kind = apply(*parameter, rcpt);
        if (kind) return fail(Fault{*kind, parameter->offset});
    }
    return rcpt;
}

}  // namespace signet::smtp

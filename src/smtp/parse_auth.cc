// AUTH (RFC 4954 §4).
//
//   auth-command     = "AUTH" SP sasl-mech [SP initial-response] CRLF
//   sasl-mech        = 1*20( UPPER-ALPHA / DIGIT / "-" / "_" )     (RFC 4422 §3.1)
//   initial-response = base64 / "="                                "=" is an empty response
//
// The mechanism is compared without case, as every other word of a command.
#include "base/base64.h"
#include "smtp/parse.h"

namespace signet::smtp {
namespace {

constexpr std::size_t kMechanismOctets = 20;

bool is_mechanism_octet(char c) { return is_alnum(c) || c == '-' || c == '_'; }

}  // namespace

ParsedCommand parse_auth(Cursor& in) {
    using enum Fault::Kind;
    if (!in.take(' ')) return fault(syntax, in);
    const auto mechanism = in.take_while(is_mechanism_octet);
    if (mechanism.empty() || mechanism.size() > kMechanismOctets) return fault(syntax, in);
    Auth auth{upper(mechanism), std::nullopt};
    if (in.at_end()) return auth;

    if (!in.take(' ')) return fault(syntax, in);
    const auto from = in.offset();
    const auto text = in.take_until(" ");
    if (text.empty() || !in.at_end()) return fault(syntax, in);
    auto octets = text == "=" ? std::optional<std::string>{""} : unbase64(text);
    if (!octets) return fail(Fault{bad_value, from});
    auth.initial.emplace(std::move(*octets));
    return auth;
}

}  // namespace signet::smtp

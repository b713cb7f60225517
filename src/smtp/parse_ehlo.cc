// EHLO and HELO (RFC 5321 §4.1.1.1).
//
//   ehlo = "EHLO" SP ( Domain / address-literal ) CRLF
//
// The argument is a claim that decides nothing, and real programs send all sorts: see
// docs/decisions/0011-ehlo-argument.md.
#include "smtp/parse.h"

namespace signet::smtp {
namespace {

constexpr std::size_t kDomainOctets = 255;  // RFC 5321 §4.5.3.1.2

Result<std::string, Fault> parse_domain(Cursor& in) {
    if (!in.take(' ')) return fault(Fault::Kind::syntax, in);
    const auto domain = in.take_while([](char c) { return c > ' ' && c <= '~'; });
    if (domain.empty() || !in.at_end()) return fault(Fault::Kind::syntax, in);
    if (domain.size() > kDomainOctets) return fault(Fault::Kind::bad_value, in);
    return std::string{domain};
}

}  // namespace

ParsedCommand parse_ehlo(Cursor& in) {
    auto domain = parse_domain(in);
    if (!domain) return fail(domain.error());
    return Ehlo{std::move(*domain)};
}

ParsedCommand parse_helo(Cursor& in) {
    auto domain = parse_domain(in);
    if (!domain) return fail(domain.error());
    return Helo{std::move(*domain)};
}

}  // namespace signet::smtp

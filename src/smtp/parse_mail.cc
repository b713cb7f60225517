// MAIL (RFC 5321 §4.1.1.2) and its parameters.
//
//   mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF
//
//   SIZE = 1*20DIGIT               RFC 1870 §6
//   BODY = "7BIT" / "8BITMIME"     RFC 6152 §2
//   SMTPUTF8                       RFC 6531 §3.4; without it the path is ASCII
//   RET = "FULL" / "HDRS"          RFC 3461 §4.3
//   ENVID = xtext                  RFC 3461 §4.4
//   AUTH = xtext                   RFC 4954 §5: read, and then taken for "<>".  Whom a client names
//                                  there is worth nothing unless it is trusted to vouch for others,
//                                  and no client is; so its octets go nowhere (CVE-2020-28021).
#include "smtp/parse.h"
#include "smtp/xtext.h"

namespace signet::smtp {
namespace {

using Applied = std::optional<Fault::Kind>;  // nullopt: it is in the command

Applied apply_size(const Parameter& parameter, Mail& mail) {
    mail.size = parse_unsigned(parameter.value);
    return mail.size ? Applied{} : Fault::Kind::bad_value;
}

Applied apply_body(const Parameter& parameter, Mail& mail) {
    const bool eight = equal_nocase(parameter.value, "8BITMIME");
    if (!eight && !equal_nocase(parameter.value, "7BIT")) return Fault::Kind::bad_value;
    mail.body = eight ? mail::Body::eight_bit_mime : mail::Body::seven_bit;
    return {};
}

Applied apply_smtputf8(const Parameter& parameter, Mail& mail) {
    if (parameter.has_value) return Fault::Kind::bad_value;
    mail.smtputf8 = true;
    return {};
}

Applied apply_ret(const Parameter& parameter, Mail& mail) {
    const bool full = equal_nocase(parameter.value, "FULL");
    if (!full && !equal_nocase(parameter.value, "HDRS")) return Fault::Kind::bad_value;
    mail.ret = full ? mail::Return::full : mail::Return::headers;
    return {};
}

Applied apply_envid(const Parameter& parameter, Mail& mail) {
    auto envid = decode_xtext(parameter.value);
    if (!envid || envid->empty() || envid->size() > mail::kEnvidOctets) {
        return Fault::Kind::bad_value;
    }
    mail.envid = std::move(*envid);
    return {};
}

Applied apply_auth(const Parameter& parameter, Mail&) {
    const bool taken = parameter.has_value && decode_xtext(parameter.value);
    return taken ? Applied{} : Fault::Kind::bad_value;
}

struct Known {
    std::string_view keyword;
    Applied (*apply)(const Parameter&, Mail&);
};
constexpr Known kParameters[] = {{"SIZE", apply_size},         {"BODY", apply_body},
                                 {"SMTPUTF8", apply_smtputf8}, {"RET", apply_ret},
                                 {"ENVID", apply_envid},       {"AUTH", apply_auth}};

// seen: one bit for each of kParameters.
Applied apply(const Parameter& parameter, unsigned& seen, Mail& mail) {
    unsigned bit = 1;
    for (const auto& known : kParameters) {
        if (equal_nocase(parameter.keyword, known.keyword)) {
            if (seen & bit) return Fault::Kind::repeated;
            seen |= bit;
            return known.apply(parameter, mail);
        }
        bit <<= 1;
    }
    return Fault::Kind::unknown_parameter;
}

}  // namespace

ParsedCommand parse_mail(Cursor& in) {
    if (!in.take(" FROM:")) return fault(Fault::Kind::syntax, in);
    const auto from = in.offset();
    auto sender = mail::parse_reverse_path(in);
    if (!sender) return fault(Fault::Kind::syntax, in);
    const bool international = !mail::is_ascii(read_since(from, in));

    Mail mail{.sender = std::move(*sender), .size = {}};
    unsigned seen = 0;
    while (!in.at_end()) {
        const auto parameter = parse_parameter(in);
        if (!parameter) return fault(Fault::Kind::syntax, in);
        const auto kind = apply(*parameter, seen, mail);
        if (kind) return fail(Fault{*kind, parameter->offset});
    }
    if (international && !mail.smtputf8) return fail(Fault{Fault::Kind::needs_smtputf8, from});
    return mail;
}

}  // namespace signet::smtp

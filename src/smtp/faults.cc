#include "smtp/faults.h"

#include <utility>

namespace signet::smtp {
namespace {

using Why = Refused::Why;

constexpr EnhancedStatus kSyntax{5, 5, 2}, kArguments{5, 5, 4}, kLineTooLong{5, 5, 6};

Refusal foreign_protocol() {
    return {Why::foreign_protocol, reply(521, kSyntax, "This is a mail server")};
}

// What follows such a line may be a message: nothing of it is read.
Refusal unframed() {
    return {Why::unframed, reply(521, kArguments, "BDAT needs a number of octets")};
}

Refusal auth_line_too_long() {
    return {Why::too_long, reply(500, kLineTooLong, "Authentication exchange line is too long")};
}

}  // namespace

Refusal refusal(const Fault& fault, std::string_view verb) {
    const auto at = " (octet " + std::to_string(fault.offset + 1) + ")";
    switch (fault.kind) {
    case Fault::Kind::unknown_command:
        return {Why::syntax, reply(500, kSyntax, "Command not recognized")};
    case Fault::Kind::not_implemented:
        return {Why::syntax, reply(502, {5, 5, 1}, "Command not implemented")};
    case Fault::Kind::syntax:
        return {Why::syntax, reply(501, kArguments, "Syntax error in arguments" + at)};
    case Fault::Kind::unknown_parameter:
        return {Why::syntax, reply(555, kArguments, "Parameter not recognized" + at)};
    case Fault::Kind::bad_value:
        if (verb == "AUTH") return undecodable_response();
        return {Why::syntax, reply(501, kArguments, "Value not recognized" + at)};
    case Fault::Kind::repeated:
        return {Why::syntax, reply(501, kArguments, "Parameter given twice" + at)};
    case Fault::Kind::needs_smtputf8: return needs_smtputf8();
    case Fault::Kind::unframed: return unframed();
    case Fault::Kind::line_too_long:
        if (verb == "AUTH") return auth_line_too_long();
        return {Why::too_long, reply(500, kSyntax, "Line too long")};
    case Fault::Kind::foreign_protocol: return foreign_protocol();
    }
    std::unreachable();
}

Refusal refusal(LineReader::Fault fault) {
    switch (fault) {
    case LineReader::Fault::bare_newline: return bare_newline();
    case LineReader::Fault::nul: return nul_octet();
    case LineReader::Fault::foreign_protocol: return foreign_protocol();
    case LineReader::Fault::endless:
        return {Why::too_long, reply(521, kSyntax, "Line without end")};
    case LineReader::Fault::too_long: return {Why::too_long, reply(500, kSyntax, "Line too long")};
    case LineReader::Fault::bdat_too_long: return unframed();
    case LineReader::Fault::auth_too_long: return auth_line_too_long();
    }
    std::unreachable();
}

// RFC 6531 §3.5, RFC 5248: X.6.7, "Non-ASCII addresses not permitted for that sender/recipient"
Refusal needs_smtputf8() {
    return {Why::syntax, reply(553, {5, 6, 7}, "An address that is not ASCII needs SMTPUTF8")};
}

// RFC 4954 §4: "If the server cannot [BASE64] decode any client response, it fails the AUTH
// command with a 501 reply (and an enhanced status code of 5.5.2)."
Refusal undecodable_response() {
    return {Why::syntax, reply(501, kSyntax, "Cannot decode the response: not base64")};
}

Refusal bare_newline() {
    return {Why::bare_newline, reply(521, kSyntax, "Lines end with CR LF, and only there")};
}

Refusal nul_octet() { return {Why::nul, reply(521, kSyntax, "NUL is not allowed")}; }

Refusal too_big(std::uint64_t limit_octets) {
    return {Why::too_big,
            reply(552, {5, 3, 4},
                  "Message too big: at most " + std::to_string(limit_octets) + " octets")};
}

Refusal line_too_long_in_content(std::size_t limit_octets) {
    return {
        Why::too_long,
        reply(554, {5, 6, 0}, "A line is longer than " + std::to_string(limit_octets) + " octets")};
}

}  // namespace signet::smtp

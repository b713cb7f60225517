// How a line that is not taken is answered: one table for command.h's Fault, one for the reader's.
#pragma once

#include "smtp/line_reader.h"
#include "smtp/sequence.h"

#include <string_view>

namespace signet::smtp {

Refusal refusal(const Fault& fault, std::string_view verb);
Refusal refusal(LineReader::Fault fault);
// The lines that carry a client's half of an AUTH (RFC 4954 §4).
Refusal undecodable_response();
// An address outside ASCII, in a transaction or a command without SMTPUTF8 (RFC 6531 §3.5).
Refusal needs_smtputf8();

// Content by itself: a CR, LF or NUL that does not belong; the end that came too late.
Refusal bare_newline();
Refusal nul_octet();
Refusal too_big(std::uint64_t limit_octets);
Refusal line_too_long_in_content(std::size_t limit_octets);

}  // namespace signet::smtp

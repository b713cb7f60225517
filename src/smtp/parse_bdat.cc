// BDAT (RFC 3030 §2).
//
//   bdat-cmd   = "BDAT" SP chunk-size [ SP end-marker ] CRLF
//   chunk-size = 1*DIGIT
//   end-marker = "LAST"
//
// As many octets follow as the line says.  A line that does not say it leaves nothing to go on by:
// what follows may be anything, and must not be run as commands (CVE-2020-28019 was a BDAT whose
// state was lost).
#include "smtp/parse.h"

namespace signet::smtp {

ParsedCommand parse_bdat(Cursor& in) {
    const auto unframed = [&] { return fault(Fault::Kind::unframed, in); };
    if (!in.take(' ')) return unframed();
    const auto octets = parse_unsigned(in.take_until(" "));
    if (!octets) return unframed();
    const bool last = in.take(" LAST");
    if (!in.at_end()) return unframed();
    return Bdat{*octets, last};
}

}  // namespace signet::smtp

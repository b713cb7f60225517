// User names and passwords in the one form in which they can be compared (RFC 8264, RFC 8265), and
// in the form that older standards ask for (SASLprep, RFC 4013).
//
// The same password comes as other octets from another keyboard: a letter with its accent is one
// code point or two.  And two names that look the same may differ by a sign that nobody sees.  Each
// function answers the prepared form, or why there is none; what is prepared stays as it is when it
// is prepared again.
//
// Unicode's tables are those of ICU.  Pure computing; safe for concurrent use.  What ICU was given
// is wiped before a call returns.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace signet::precis {

inline constexpr std::size_t kLongest = 10'240;  // octets of input

enum class Fault {
    empty,     // before or after it was prepared
    too_long,  // more than kLongest
    not_utf8,
    disallowed,  // a code point that the profile does not take, or not where it stands
    bidi,        // letters of both directions, mixed against RFC 5893 §2 (RFC 4013 §2.4)
};
std::string_view name(Fault fault);

using Prepared = Result<std::string, Fault>;

// Passwords and anything else that is compared but never shown (RFC 8265 §4.2): any white space is
// SPACE, and NFC.
Prepared opaque_string(std::string_view utf8);

// Names (RFC 8265 §3.3, §3.4): letters of full and half width become the usual ones, NFC, and in
// the first also lower case.
Prepared username_case_mapped(std::string_view utf8);
Prepared username_case_preserved(std::string_view utf8);

// RFC 4013, as for stored strings: a code point that Unicode 3.2 does not have is disallowed.
// Replaced by the three above, and what SCRAM still asks for (RFC 5802 §2.2).  Not for names: it
// makes signs vanish that nobody sees, so that "ann" has many spellings.
Prepared saslprep(std::string_view utf8);

}  // namespace signet::precis

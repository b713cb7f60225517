// Passwords in the forms in which they are kept and compared
// (docs/decisions/0085-passwords-are-prepared.md).
//
// Nothing here fails: what a profile does not take is used as it is, so that no password that was
// set before stops working, and none is refused for a letter that is newer than the tables.
#pragma once

#include "base/secret.h"

#include <vector>

namespace signet::identity {

// The forms in which a presented password is tried, the first being the one in which a new hash is
// made: OpaqueString (RFC 8265 §4.2); the very octets, of which older hashes were made; SASLprep
// (RFC 4013), in which other servers kept it.  Shape: 1 … 3, all different; one for ASCII.
std::vector<Secret> password_forms(const Secret& presented);

}  // namespace signet::identity

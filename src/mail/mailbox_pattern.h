// Patterns of addresses, as routes have them.
#pragma once

#include "mail/mailbox.h"

#include <string_view>

namespace signet::mail {

// A pattern is an address ("ann@example.com") or every address of a domain ("*@example.com"), in
// lower case.  The local part is compared without case: who writes a pattern means the mailbox.
bool mailbox_fits(std::string_view pattern, const Mailbox& mailbox);

}  // namespace signet::mail

// The date of a message as RFC 5322 §3.3 writes it.
#pragma once

#include "base/clock.h"

#include <string>

namespace signet::mail {

// "Tue, 01 Dec 2026 09:14:02 +0000": always UTC, written "+0000".  RFC 5322 §3.3 keeps "-0000"
// for a clock whose own zone is not known.  Fractions of a second are dropped.
std::string date_time(WallTime when);

}  // namespace signet::mail

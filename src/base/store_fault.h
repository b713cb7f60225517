// Why a store could not do what it was asked.  Every store interface of floor 3 fails with this
// and nothing else, so that each protocol can answer truthfully.
#pragma once

#include <string_view>

namespace signet {

enum class StoreFault {
    unavailable,  // 454 / 451 4.3.0  not reachable, busy, closed or an I/O error: try later
    full,         // 452 4.3.1        no space left; nothing was promised
    conflict,     // the thing exists already, or changed since it was read
    corrupt,      // what was read is not what was written; it is set aside and reported
    deadline,     // 454 / 451        the caller's time ran out
};

// The word for logs and audit events: "unavailable", "full", …
std::string_view name(StoreFault fault);

}  // namespace signet

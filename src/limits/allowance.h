// What a login may do, once all that speaks of it is taken together.
#pragma once

#include "base/rate.h"
#include "identity/login.h"
#include "settings/snapshot.h"

#include <cstdint>

namespace signet::limits {

struct Allowance {
    Rate messages, recipients;
    std::uint64_t message_recipients = 0;
    std::uint64_t message_size = 0;  // octets
};

// The account's own limits; what it has not, from [account_limits].  Never more in one message than
// [limits] gives to everybody.
Allowance allowance_of(const identity::AccountLimits& own, const settings::Snapshot& settings);

}  // namespace signet::limits

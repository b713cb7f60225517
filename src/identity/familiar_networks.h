// From where each account has signed in lately (keeper only).
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"

#include <cstddef>
#include <string>

namespace signet::identity {

// Of one account; beyond it the networks of the longest ago are forgotten.
inline constexpr std::size_t kFamiliarNetworks = 100;

// network: as client_network (base/ip.h) writes it.  Conformance:
// tests/conformance/familiar_networks.h.  Every call may wait; none blocks the thread.  Faults:
// unavailable, full, corrupt.
class FamiliarNetworks {
public:
    virtual ~FamiliarNetworks() = default;
    // Whether the account signed in from there after `since`.  An account that is not there did
    // not.
    virtual Task<Result<bool, StoreFault>> familiar(std::string account, std::string network,
                                                    WallTime since) = 0;
    // Kept with an accuracy of a day, so that it is written once a day and not once a sign-in.
    // Forgotten with the account; nothing is kept of one that is not there.
    virtual Task<Result<void, StoreFault>> signed_in(std::string account, std::string network,
                                                     WallTime now) = 0;
};

}  // namespace signet::identity

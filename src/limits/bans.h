// The bans that guessing brought, for administrators.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace signet::limits {

// Until then the network may not try the account; or no account, if it is nullopt.  An empty
// account stands for names that no account has.  network: as client_network (base/ip.h) writes it.
struct Ban {
    std::string network;
    std::optional<std::string> account;
    WallTime until{};
    bool operator==(const Ban&) const = default;
};

// Every call may wait; none blocks the thread.
class Bans {
public:
    virtual ~Bans() = default;
    virtual Task<Result<std::vector<Ban>, StoreFault>> list() = 0;
    // Lifts the network's bans, of one account or, if that is nullopt, all of them; what was
    // counted against it is forgotten.  How many were lifted.
    virtual Task<Result<std::size_t, StoreFault>> lift(std::string network,
                                                       std::optional<std::string> account) = 0;
};

}  // namespace signet::limits

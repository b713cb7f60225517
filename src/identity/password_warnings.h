// Which owners were told that their password is getting old (keeper only).
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"

#include <chrono>
#include <optional>
#include <string>

namespace signet::identity {

// Every call may wait; none blocks the thread.  Faults: unavailable, full, corrupt.
class PasswordWarnings {
public:
    virtual ~PasswordWarnings() = default;
    // The last one: so long before its end.  nullopt: none, or of a password that was there before
    // this one, which was made at `made`.
    virtual Task<Result<std::optional<std::chrono::days>, StoreFault>> warned(
        std::string account, std::string credential, WallTime made) = 0;
    // Nothing is kept of one that is not there, and it is forgotten with the credential.
    virtual Task<Result<void, StoreFault>> keep_warned(std::string account, std::string credential,
                                                       WallTime made, std::chrono::days before) = 0;
};

}  // namespace signet::identity

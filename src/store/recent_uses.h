// What was written down a moment ago about who signed in, so that not each sign-in is written.
#pragma once

#include "identity/credential.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace signet::store {

// Uses of credentials.  Safe for concurrent use.
class RecentUses {
public:
    // Whether it says more than what was written in the last minute: then it counts as written.
    bool is_news(std::string_view account, std::string_view credential,
                 const identity::LastUse& use);

private:
    static constexpr std::chrono::minutes kAccuracy{1};
    static constexpr std::size_t kMost = 10'000;  // beyond, all are forgotten and written anew

    std::mutex mutex_;
    std::unordered_map<std::string, identity::LastUse> written_;  // guarded by mutex_
};

// From where accounts signed in.  Safe for concurrent use.
class RecentSignIns {
public:
    static constexpr std::chrono::days kAccuracy{1};

    // Whether a sign-in of less than a day ago is written, as far as is remembered.  What was
    // remembered as of another generation of the accounts is not: one may have been removed since.
    bool knows(std::string_view account, std::string_view network, WallTime now,
               std::uint64_t generation);
    void keep(std::string_view account, std::string_view network, WallTime written,
              std::uint64_t generation);

private:
    static constexpr std::size_t kMost = 10'000;  // beyond, all are forgotten and looked up anew

    std::mutex mutex_;
    std::uint64_t generation_ = 0;                       // guarded by mutex_
    std::unordered_map<std::string, WallTime> written_;  // guarded by mutex_
};

}  // namespace signet::store

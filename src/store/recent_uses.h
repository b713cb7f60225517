// Which uses of credentials were written down a moment ago, so that not each of them is.
#pragma once

#include "identity/credential.h"

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace signet::store {

// Safe for concurrent use.
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

}  // namespace signet::store

// What comes of asking for a place under a rate.
#pragma once

#include <chrono>
#include <cstdint>

namespace signet::limits {

struct Decision {
    bool allowed = true;
    // If not: when it would be, should nothing else be counted until then; whole seconds, rounded
    // up.  What can never be allowed, being more than the rate has, waits as long as the window is.
    std::chrono::seconds retry_after{0};
    // Where it was counted, for give_back(): a number that means something to the store alone.
    std::int64_t place = 0;
};

}  // namespace signet::limits

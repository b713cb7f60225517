// How many of something may be in a stretch of time.
#pragma once

#include <chrono>
#include <cstdint>

namespace signet {

// At most so many in any stretch of time that long; how they are counted: limits/window.h.
struct Rate {
    std::uint64_t count = 0;  // 0: no limit
    std::chrono::seconds window{3'600};

    bool limits() const { return count != 0; }
    bool operator==(const Rate&) const = default;
};

}  // namespace signet

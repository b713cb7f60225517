// Names for sessions, messages and events: 48 bits of milliseconds, 80 bits of chance, written as
// 26 characters of Crockford's base 32, so that they sort by time.  https://github.com/ulid/spec
#pragma once

#include "base/clock.h"
#include "base/entropy.h"

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace signet {

// Shape: exactly 26 characters of 0-9 A-Z without I L O U.  Safe as a file name and a key.
using Ulid = std::string;

bool is_ulid(std::string_view text);
std::optional<WallTime> time_of_ulid(std::string_view text);  // to the millisecond

// Unique within one source even when the clock stands still or goes back: inside a millisecond,
// or behind one already used, the last name is counted up by one.  Safe for concurrent use.
class UlidSource {
public:
    UlidSource(const Clock& clock, Entropy& entropy) : clock_(clock), entropy_(entropy) {}
    Ulid next();

private:
    const Clock& clock_;
    Entropy& entropy_;
    std::mutex mutex_;
    std::uint64_t last_ms_ = 0;
    std::array<std::uint8_t, 10> chance_{};
};

}  // namespace signet

// Whether so much comes that it is better to gather than to be woken for each: more than a thousand
// a second, by the last twenty milliseconds.
#pragma once

#include <chrono>
#include <cstddef>

namespace signet::observe {

// For one thread.
class Rush {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds kSpan{20};
    static constexpr std::size_t kMany = 20;
    static constexpr std::chrono::milliseconds kGather{5};

    void came(std::size_t count, Time now) {
        if (now - began_ >= kSpan) {
            rush_ = count_ >= kMany && now - began_ < 2 * kSpan;
            began_ = now;
            count_ = 0;
        }
        count_ += count;
    }
    bool is_on(Time now) const { return rush_ && now - began_ < 2 * kSpan; }

private:
    Time began_{};
    std::size_t count_ = 0;
    bool rush_ = false;
};

}  // namespace signet::observe

// Time as an interface, so that floors 0 to 3 have none of their own and a test can set it.
//
// wall() is for what people and other machines read (events, Date, retry times); it may jump.
// steady() is for how long something took or may take; it never goes back.
#pragma once

#include <chrono>

namespace signet {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

// Safe for concurrent use.
class Clock {
public:
    virtual ~Clock() = default;
    virtual WallTime wall() const = 0;
    virtual SteadyTime steady() const = 0;
};

// For tests: stands still until it is moved.  Not safe for concurrent use.
class ManualClock final : public Clock {
public:
    explicit ManualClock(WallTime wall = WallTime{std::chrono::seconds{1'795'500'000}})
        : wall_(wall) {}
    WallTime wall() const override { return wall_; }
    SteadyTime steady() const override { return steady_; }
    void advance(std::chrono::microseconds by) { wall_ += by, steady_ += by; }
    void set_wall(WallTime wall) { wall_ = wall; }  // as NTP or an administrator would

private:
    WallTime wall_;
    SteadyTime steady_{std::chrono::hours{1}};
};

}  // namespace signet

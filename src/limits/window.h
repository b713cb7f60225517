// How many there were in the stretch of time that ends now.
//
// Time is cut into parts of a sixtieth of the rate's window.  What is counted belongs to its part,
// and is forgotten with the whole of it, when the part began more than 60 parts before the present
// one.  So it counts for the window at least and for a sixtieth (and 61 us) more at most: "at most
// so many in any stretch of time that long" always holds, and a place comes free up to one part
// later than it might.  Memory: 24 octets for each part that has something, 61 parts at most,
// whatever the count.
#pragma once

#include "base/clock.h"
#include "base/rate.h"
#include "limits/decision.h"

#include <vector>

namespace signet::limits {

// Of one key.  Time is a value that never goes back by more than a part.  Another rate may come
// with every call (settings change): what was counted stays counted, and never for a shorter time
// than under the new rate; what the old window has forgotten stays forgotten.
// REQUIRES of room and take: rate.limits()
class Window {
public:
    static constexpr std::int64_t kParts = 60;

    // Whether so many more are allowed; counts nothing.
    Decision room(const Rate& rate, std::uint64_t count, SteadyTime now);
    // Counts them if they are allowed, and nothing if not.
    Decision take(const Rate& rate, std::uint64_t count, SteadyTime now);
    // As if they had never been taken at that place.  What is forgotten meanwhile stays so.
    void give_back(std::uint64_t count, std::int64_t place);
    // Nothing is counted any more.
    bool past(SteadyTime now) const;

private:
    struct Part {
        std::int64_t number;
        std::uint64_t count;
        SteadyTime last;  // when the newest of them came
    };
    void fit(const Rate& rate, SteadyTime now);
    void cut_anew(std::chrono::microseconds width);
    void add(SteadyTime when, std::uint64_t count);
    std::chrono::seconds wait(const Rate& rate, std::uint64_t count, SteadyTime now) const;
    std::int64_t number_of(SteadyTime time) const;
    SteadyTime end_of(std::int64_t number) const;

    std::chrono::microseconds width_{1};  // of a part
    std::uint64_t total_ = 0;
    std::vector<Part> parts_;  // by number; none is empty
};

}  // namespace signet::limits

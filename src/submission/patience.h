// How long a client may take, whatever it does meanwhile.
//
// A command has limits.idle, counted from the one before it and not from its last octet (RFC 5321
// §4.5.3.2.7 asks for 5 minutes).  Content has the same, and a second more for every
// limits.data_rate octets that came: who sends at least at that rate has all the time there is.
// So an octet a minute holds a place for minutes, not for the day that a session may last.
#pragma once

#include "base/deadline.h"
#include "settings/snapshot.h"

namespace signet::submission {

class Patience {
public:
    Patience(const settings::Pace& pace, SteadyTime now)
        : idle_(pace.idle), rate_(pace.data_rate), since_(now) {}

    // A command was understood, content begins, content is whole.
    void progressed(SteadyTime now) {
        since_ = now;
        octets_ = 0;
    }
    // Of content.  Without a rate any octet will do.
    void came(std::uint64_t octets, SteadyTime now) {
        octets_ += octets;
        if (rate_ == 0) since_ = now;
    }
    Deadline deadline() const {
        const auto earned = rate_ == 0 ? 0 : octets_ * 1'000 / rate_;
        return Deadline::at(since_ + idle_ + std::chrono::milliseconds{earned});
    }

private:
    std::chrono::seconds idle_;
    std::uint64_t rate_;
    SteadyTime since_;
    std::uint64_t octets_ = 0;
};

}  // namespace signet::submission

// Which destinations cannot be reached just now.
//
// Where nobody answers, one message finds out; the others that are due take that answer for theirs,
// and do not ask again for each.  After a pause the next one asks.  Safe for concurrent use.
#pragma once

#include "base/clock.h"
#include "relay/transport.h"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace signet::relay {

class Destinations {
public:
    // pause: behind the first failure; it doubles up to kLongestPause.
    Destinations(const Clock& clock, std::chrono::microseconds pause)
        : clock_(clock), pause_(pause) {}
    Destinations(const Destinations&) = delete;
    Destinations& operator=(const Destinations&) = delete;

    static constexpr std::chrono::minutes kLongestPause{10};
    static constexpr std::size_t kMostKnown = 10'000;

    // What the destination's last visitor learnt, for everybody in the consignment.  nullopt: go
    // there, and learn().  domain: empty where the route alone decides.
    std::optional<Attempt> known_down(const std::string& route, const std::string& domain,
                                      const Consignment& consignment);
    void learn(const std::string& route, const std::string& domain, const Attempt& attempt);

    // An operator says that it is worth asking: everywhere, at once.
    void forget();
    // How many are down.
    std::size_t size() const;

    struct Known {
        std::string route, domain;
        std::string reply;
        WallTime asked;  // last
    };
    std::vector<Known> list(std::size_t most) const;

private:
    struct Down {
        WallTime asked_at;
        Cause cause;
        Answer answer;
        std::string next_hop;
        SteadyTime asked, until;
        std::chrono::microseconds pause;
        bool being_asked = false;  // again
    };
    const Clock& clock_;
    const std::chrono::microseconds pause_;
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, Down> down_;  // by route and domain
};

}  // namespace signet::relay

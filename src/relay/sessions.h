// The sessions that deliveries of one I/O thread have left open, each for whoever is next to go the
// same way.
//
// A session waits for two seconds at most: long enough for a queue that is being worked off, short
// enough that no next hop minds.  It holds its place on the route meanwhile (relay/pace.h), since
// the next hop counts its connections.  Not safe for concurrent use: each worker has its own.
#pragma once

#include "base/task.h"
#include "relay/pace.h"
#include "relay/route.h"
#include "relay/session.h"

#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace signet::relay {

// One use of a route.
struct Turn {
    Pacing::Place place;
    std::unique_ptr<Session> session = {};  // null: none is open
};

// Where mail of a route goes: domain is empty where the route alone decides.
struct Way {
    const Route& route;
    const std::string& domain;
};

class Sessions {
public:
    static constexpr std::chrono::milliseconds kLinger{2'000};
    // Of a route that limits its connections: less than the shortest wait for one (relay/pace.h),
    // so that who comes back on another thread finds the place free.
    static constexpr std::chrono::milliseconds kLimitedLinger{500};
    static constexpr std::chrono::seconds kOldest{300};
    static constexpr unsigned kMostMessages = 100;  // of one session
    static constexpr std::size_t kMostOpen = 64;

    explicit Sessions(const Clock& clock, std::chrono::milliseconds linger = kLinger)
        : clock_(clock), linger_(linger) {}

    // As Pacing::enter, with the session that was left open on this way, if there is one.
    Result<Turn, std::chrono::microseconds> enter(Pacing& pacing, const Way& way,
                                                  const Waiter& who);
    void leave(const Way& way, Turn turn);

    // Nobody came for these in time, or they have carried enough: to be parted from.
    std::vector<std::unique_ptr<Session>> take_idle();
    // All of them; and none is left open from now on.
    std::vector<std::unique_ptr<Session>> close();

private:
    struct Open {
        // Not the name: behind a reload another next hop may have it.
        std::shared_ptr<Transport> transport;
        std::string domain, route;
        Turn turn;
        SteadyTime until;
    };
    using Opened = std::list<Open>;  // in the order they were left

    Opened::iterator find(const Way& way);
    bool let_go(const std::string& route);
    void retire(Opened::iterator open);

    const Clock& clock_;
    std::chrono::milliseconds linger_;
    Opened open_;
    std::vector<std::unique_ptr<Session>> idle_;
};

// From all of them at the same time.
Task<void> part_all(std::vector<std::unique_ptr<Session>> sessions, const Clock& clock);

}  // namespace signet::relay

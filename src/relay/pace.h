// How fast a route may be used, what is paused, and which messages wait for it in the queue.
//
// To wait is not to fail: no try is counted and nothing is said about it.  Who waits for the rate
// is given a turn of his own, so that a long queue comes back one by one and in its order, not all
// at once; who waits for a connection is told to come back when one should be free.  Owners share
// both: a newcomer waits as if all of them had come by turns, and one of who has most waits for it.
#pragma once

#include "base/clock.h"
#include "base/rate.h"
#include "base/result.h"
#include "queue/pause.h"
#include "relay/waiters.h"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace signet::relay {

struct Pace {
    unsigned connections = 0;  // at the same time, with those that wait for more; 0: no limit
    Rate messages = {};        // that are handed over
};

// At most `rate` of them in any stretch of time that long.
class Slots {
public:
    SteadyTime next(const Rate& rate, SteadyTime now) const;  // `now`, or when there is room again
    void take(const Rate& rate, SteadyTime when);

private:
    std::deque<SteadyTime> taken_;  // the latest of them, in order
};

// What the workers of a process share.  Outlives reloads, since next hops count on.  Safe for
// concurrent use.
class Pacing {
public:
    explicit Pacing(const Clock& clock) : clock_(clock) {}
    Pacing(const Pacing&) = delete;
    Pacing& operator=(const Pacing&) = delete;

    // A use of the route, until it is destroyed; no longer than the Pacing.
    class Place {
    public:
        Place(Pacing& pacing, std::string route, SteadyTime since)
            : pacing_(&pacing), route_(std::move(route)), since_(since) {}
        Place(Place&&) noexcept = default;
        Place& operator=(Place&&) = delete;
        ~Place() {
            rest();
            if (pacing_) pacing_->leave(route_);
        }

        // It is kept, but nothing is carried: that is no measure of how long a use takes.
        void rest() {
            if (pacing_ && since_) pacing_->learn_use(route_, *since_);
            since_.reset();
        }

    private:
        friend class Pacing;
        struct Forget {
            void operator()(Pacing*) const {}
        };
        std::unique_ptr<Pacing, Forget> pacing_;  // null when moved from
        std::string route_;
        std::optional<SteadyTime> since_;  // of the use; none: it rests
    };

    // Or how long the message stays in the queue before it asks again: at most kLongestWait.
    Result<Place, std::chrono::microseconds> enter(const std::string& route, const Pace& pace,
                                                   const Waiter& who);

    // How long a message stays in the queue because of what was paused, before it asks again;
    // nullopt: neither the route nor the destination is.
    std::optional<std::chrono::microseconds> closed(const std::string& route,
                                                    const std::string& domain, const Waiter& who);
    // The same for who still has a place, from a message before.
    Result<void, std::chrono::microseconds> enter_again(const std::string& route, const Pace& pace,
                                                        const Waiter& who, Place& place);

    // From now on nobody enters, until resume(); who is inside goes on.  false: it is so already.
    bool pause(const queue::Pause& what);
    bool resume(queue::Pause::Kind kind, const std::string& name);
    std::vector<queue::Pause> paused() const;
    bool is_paused(queue::Pause::Kind kind, const std::string& name) const;

    static constexpr std::chrono::hours kLongestWait{1};
    static constexpr std::chrono::minutes kPausedWait{1};  // and more, the more of them wait
    static constexpr std::size_t kMostTurns = 100'000;     // promised, of one route

private:
    using Wait = std::chrono::microseconds;
    struct Line {
        unsigned held = 0;
        Slots used, promised;
        Waiters turns{};        // who waits for the rate
        Waiters waiting{};      // … for a connection
        Wait usual{1'000'000};  // how long a place is held
        SteadyTime swept{};
    };
    static Wait wait_for_resume(Line& line, const Waiter& who, SteadyTime now);
    static Wait wait_for_place(Line& line, const Pace& pace, const Waiter& who, SteadyTime now);
    static Wait wait_for_turn(Line& line, const Pace& pace, const Waiter& who, SteadyTime now);
    static std::optional<SteadyTime> promise(Line& line, const Rate& rate, const Waiter& who,
                                             SteadyTime now);
    static Wait wait_for_rate(Line& line, const Rate& rate, const Waiter& who, SteadyTime now);
    static void sweep(Line& line, SteadyTime now);
    void learn_use(const std::string& route, SteadyTime since);
    void leave(const std::string& route);

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, Line> lines_;
    struct Closed {
        queue::Pause pause;
        Line line;  // who waits for it
    };
    std::map<std::pair<queue::Pause::Kind, std::string>, Closed> paused_;
};

}  // namespace signet::relay

// Which entry is due when, and who holds it: the part of a queue that lives in memory.
//
// Leases run on the steady clock, so that a wall clock that jumps neither frees an entry that is
// being delivered nor holds one for a year.  They die with the process: a spool has one owner.
// Not safe for concurrent use: its store guards it.
#pragma once

#include "base/clock.h"
#include "queue/queue_store.h"

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace signet::store {

struct Claim {
    queue::QueueId id;
    std::uint64_t token = 0;
};

// What an entry weighs, for those who watch the queue.
struct Weight {
    std::uint64_t octets = 0;
    bool tried = false;
};
inline Weight weight_of(const queue::Entry& entry) {
    return {entry.content_octets, entry.attempts > 0};
}

// How much of the queue is in which state, and when the oldest of it came.
struct QueueTally {
    struct Part {
        std::size_t messages = 0;
        std::uint64_t octets = 0;
        std::optional<WallTime> oldest{};
    };
    Part incoming{};  // not tried yet
    Part active{};    // leased
    Part deferred{};  // tried, and to be tried again
    Part hold{};
};

class Claims {
public:
    // Tokens count up from here.  One store's must not repeat those of its life before: whoever
    // held a lease then may still come to settle it.
    explicit Claims(std::uint64_t last_token = 0) : last_token_(last_token) {}

    // A new entry, or one whose lease ended with an outcome, or one that is to be tried earlier; or
    // one that is held: it is claimed by its name alone.
    void put(const queue::QueueId& id, WallTime due, Weight weight = {}, bool held = false);
    void erase(const queue::QueueId& id);

    // Whoever has a lease keeps it.
    void set_held(const queue::QueueId& id, bool held);

    bool contains(const queue::QueueId& id) const { return entries_.contains(id); }
    bool is_leased(const queue::QueueId& id, SteadyTime now) const;
    bool is_held(const queue::QueueId& id) const;
    // incoming, if there is no such entry.
    queue::State state_of(const queue::QueueId& id, SteadyTime now) const;
    // The lease is the last one given out for this entry, whether or not its time is over.
    bool holds(const queue::QueueId& id, std::uint64_t token) const;

    // Those due at `wall` and not leased at `now`: oldest due first, at most `count`.
    std::vector<Claim> claim(WallTime wall, SteadyTime now, std::size_t count,
                             std::chrono::seconds lease_time);

    // What a store was asked for: the one that it names, or those.
    std::vector<Claim> claim(const queue::ClaimRequest& request, SteadyTime now);

    // As if it had not been claimed.
    void give_back(const Claim& claim);

    std::size_t size() const { return entries_.size(); }
    // Looks at every entry: some 50 ns each.
    QueueTally tally(SteadyTime now) const;

private:
    struct State {
        WallTime due{};
        Weight weight{};
        std::uint64_t token = 0;  // 0: nobody has it
        SteadyTime until{};
        bool held = false;
    };
    static queue::State state_of(const State& state, SteadyTime now);
    void free_expired(SteadyTime now);
    std::vector<Claim> claim_one(const queue::QueueId& id, SteadyTime now,
                                 std::chrono::seconds lease_time);
    Claim lease(const queue::QueueId& id, State& state, SteadyTime until);

    std::unordered_map<queue::QueueId, State> entries_;
    std::set<std::pair<WallTime, queue::QueueId>> due_;       // those that nobody has or holds
    std::set<std::pair<SteadyTime, queue::QueueId>> leases_;  // the others
    std::uint64_t last_token_;
};

}  // namespace signet::store

// Which entry is due when, whose turn it is, and who holds it: the part of a queue that lives in
// memory.
//
// Leases run on the steady clock, so that a wall clock that jumps neither frees an entry that is
// being delivered nor holds one for a year.  They die with the process: a spool has one owner.
// Not safe for concurrent use: its store guards it.
#pragma once

#include "base/clock.h"
#include "queue/owner.h"
#include "queue/queue_store.h"
#include "store/turns.h"

#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace signet::store {

struct Claim {
    queue::QueueId id;
    std::uint64_t token = 0;
};

// What counts of an entry: for those who watch the queue, and for whose turn it is.
struct Weight {
    std::uint64_t octets = 0;
    bool tried = false;
    std::string owner{};
};
inline Weight weight_of(const queue::Entry& entry) {
    return {entry.content_octets, entry.attempts > 0, queue::owner_of(entry.info)};
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
    Claims(const Claims&) = delete;
    Claims& operator=(const Claims&) = delete;
    ~Claims() = default;

    // A new entry, or one whose lease ended with an outcome, or one that is to be tried earlier; or
    // one that is held: it is claimed by its name alone.
    void put(const queue::QueueId& id, WallTime due, const Weight& weight = {}, bool held = false);
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

    // What a store was asked for, as queue/queue_store.h has it: the one that is named, or those
    // that are due at `request.now` and not leased at `now`.
    std::vector<Claim> claim(const queue::ClaimRequest& request, SteadyTime now);

    // As if it had not been claimed; but its owner has had his turn.
    void give_back(const Claim& claim);

    std::size_t size() const { return entries_.size(); }
    // Looks at every entry: some 50 ns each.
    QueueTally tally(SteadyTime now) const;

private:
    struct FirstToEnd {
        bool operator()(const Item* a, const Item* b) const {
            return std::tie(a->until, *a->id) < std::tie(b->until, *b->id);
        }
    };
    static queue::State state_of(const Item& item, SteadyTime now);
    Turns& turns_of(const Item& item) { return item.tried ? deferred_ : fresh_; }
    Owner& owner_named(const std::string& name);
    void free_expired(SteadyTime now);
    Item* next(const queue::ClaimRequest& request);
    std::vector<Claim> claim_one(const queue::ClaimRequest& request, SteadyTime now);
    Claim lease(Item& item, SteadyTime until);

    // Items and owners point to one another: neither is moved while it is here.
    std::unordered_map<queue::QueueId, Item> entries_;
    std::unordered_map<std::string, Owner> owners_;
    Turns fresh_, deferred_;              // those that nobody has or holds
    std::set<Item*, FirstToEnd> leases_;  // those that somebody has
    unsigned fresh_in_a_row_ = 0;
    std::uint64_t last_token_;
};

}  // namespace signet::store

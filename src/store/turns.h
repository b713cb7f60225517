// Whose entry is next: owners take turns, and of one owner the oldest due goes first.
//
// An owner who has something due stands in the ring with a number.  The smallest is served, and
// takes a new one at the end.  An owner who has nothing due rests until the first of his entries
// is. Every call is O(log n), but for one look at each owner after a wall clock that fell back. Not
// safe for concurrent use.
#pragma once

#include "base/clock.h"
#include "queue/message.h"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

namespace signet::store {

struct Owner;

// An entry as it is known in memory: there may be a million of them.
struct Item {
    const queue::QueueId* id = nullptr;  // where Claims keeps it
    Owner* owner = nullptr;
    WallTime due{};
    std::uint64_t octets = 0;
    std::uint64_t token = 0;  // of the last lease; 0: nobody had it
    SteadyTime until{};       // of that lease
    bool tried = false;
    bool held = false;
    bool waiting = false;  // stands in a line: neither leased nor held
};

struct OldestDueFirst {
    bool operator()(const Item* a, const Item* b) const {
        return std::tie(a->due, *a->id) < std::tie(b->due, *b->id);
    }
};

// What waits of one owner, either the fresh entries or those that were tried before.
struct Line {
    explicit Line(const Owner& whose) : owner(whose) {}

    const Owner& owner;
    std::set<Item*, OldestDueFirst> items;
    std::uint64_t turn = 0;  // its number in the ring; 0: it rests, or is empty
};

// Stays where it is as long as an entry of his is in the queue, in whatever state.
struct Owner {
    std::string_view name;  // where Claims keeps it
    std::size_t entries = 0;
    Line fresh{*this}, deferred{*this};

    Owner() = default;
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    ~Owner() = default;
    Line& line_of(const Item& item) { return item.tried ? deferred : fresh; }
};

// The lines of all owners, of one kind.  While an item waits, its due, owner and tried stay as they
// are.
class Turns {
public:
    void add(Item& item);
    void remove(Item& item);  // nothing, if it does not wait

    // Who has something due by now stands in the ring from here on, oldest due first.
    void wake(WallTime now);
    // The next of those who stand there; none of `passed_over`, who keep their turns.  It waits no
    // more.  nullptr: nothing is due.
    Item* take(WallTime now, std::span<const std::string> passed_over);

private:
    void to_the_end(Line& line);

    std::map<std::uint64_t, Line*> ring_;
    std::set<Item*, OldestDueFirst> resting_;  // the first of each line that is not in the ring
    std::uint64_t last_turn_ = 0;
};

}  // namespace signet::store

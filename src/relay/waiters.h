// Which messages wait on a route, until when, and whose they are.  Not safe for concurrent use.
#pragma once

#include "base/clock.h"
#include "queue/message.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace signet::relay {

struct Waiter {
    queue::QueueId message;
    std::string owner = {};  // queue/owner.h
};

class Waiters {
public:
    std::size_t size() const { return all_.size(); }
    std::size_t owners() const { return by_owner_.size(); }
    std::size_t size_of(const std::string& owner) const;
    bool contains(const queue::QueueId& message) const { return all_.contains(message); }
    std::optional<SteadyTime> until(const queue::QueueId& message) const;

    void put(const Waiter& who, SteadyTime until);  // or put him off
    void erase(const queue::QueueId& message);
    void forget(SteadyTime before);  // those who should have come by then

    // Who would have to let this newcomer go before him, had their owners come by turns: one of the
    // owner with the most to come, behind as many of his as the newcomer's owner has waiting
    // already, and one more.  nullopt: nobody has so many.
    std::optional<Waiter> too_early_for(const std::string& owner, SteadyTime now) const;

private:
    using InOrder = std::set<std::pair<SteadyTime, queue::QueueId>>;
    struct Waiting {
        SteadyTime until;
        std::string owner;
    };
    std::map<queue::QueueId, Waiting> all_;
    std::map<std::string, InOrder> by_owner_;  // the same; nobody without one
};

}  // namespace signet::relay

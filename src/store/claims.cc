#include "store/claims.h"

#include "base/ulid.h"

namespace signet::store {

void Claims::put(const queue::QueueId& id, WallTime due, Weight weight) {
    erase(id);
    entries_.emplace(id, State{.due = due, .weight = weight});
    due_.emplace(due, id);
}

void Claims::erase(const queue::QueueId& id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    due_.erase({found->second.due, id});
    leases_.erase({found->second.until, id});
    entries_.erase(found);
}

bool Claims::is_leased(const queue::QueueId& id, SteadyTime now) const {
    const auto found = entries_.find(id);
    return found != entries_.end() && found->second.token != 0 && found->second.until > now;
}

bool Claims::holds(const queue::QueueId& id, std::uint64_t token) const {
    const auto found = entries_.find(id);
    return found != entries_.end() && token != 0 && found->second.token == token;
}

void Claims::free_expired(SteadyTime now) {
    // The token stays: who had the lease may still settle, as long as nobody else claims it.
    while (!leases_.empty() && leases_.begin()->first <= now) {
        const auto& id = leases_.begin()->second;
        due_.emplace(entries_.at(id).due, id);
        leases_.erase(leases_.begin());
    }
}

std::vector<Claim> Claims::claim(WallTime wall, SteadyTime now, std::size_t count,
                                 std::chrono::seconds lease_time) {
    free_expired(now);
    std::vector<Claim> claimed;
    while (claimed.size() < count && !due_.empty() && due_.begin()->first <= wall) {
        const auto id = due_.begin()->second;
        due_.erase(due_.begin());
        auto& state = entries_.at(id);
        state.token = ++last_token_;
        state.until = now + lease_time;
        leases_.emplace(state.until, id);
        claimed.push_back({id, state.token});
    }
    return claimed;
}

void Claims::give_back(const Claim& claim) {
    if (!holds(claim.id, claim.token)) return;
    const auto state = entries_.at(claim.id);
    put(claim.id, state.due, state.weight);
}

QueueTally Claims::tally(SteadyTime now) const {
    QueueTally tally;
    for (const auto& [id, state] : entries_) {
        const bool leased = state.token != 0 && state.until > now;
        auto& part = leased               ? tally.active
                     : state.weight.tried ? tally.deferred
                                          : tally.incoming;
        ++part.messages;
        part.octets += state.weight.octets;
        // A queue id says when its message came.
        const auto came = time_of_ulid(id);
        if (came && (!part.oldest || *came < *part.oldest)) part.oldest = came;
    }
    return tally;
}

}  // namespace signet::store

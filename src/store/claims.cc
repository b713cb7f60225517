#include "store/claims.h"

#include "base/ulid.h"

#include <utility>

namespace signet::store {
namespace {

QueueTally::Part& part_of(QueueTally& tally, queue::State state) {
    switch (state) {
    case queue::State::incoming: return tally.incoming;
    case queue::State::active: return tally.active;
    case queue::State::deferred: return tally.deferred;
    case queue::State::hold: return tally.hold;
    }
    std::unreachable();
}

}  // namespace

void Claims::put(const queue::QueueId& id, WallTime due, Weight weight, bool held) {
    erase(id);
    entries_.emplace(id, State{.due = due, .weight = weight, .held = held});
    if (!held) due_.emplace(due, id);
}

void Claims::set_held(const queue::QueueId& id, bool held) {
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.held == held) return;
    found->second.held = held;
    const auto& state = found->second;
    if (held) {
        due_.erase({state.due, id});
    } else if (!leases_.contains({state.until, id})) {
        due_.emplace(state.due, id);
    }
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

bool Claims::is_held(const queue::QueueId& id) const {
    const auto found = entries_.find(id);
    return found != entries_.end() && found->second.held;
}

queue::State Claims::state_of(const State& state, SteadyTime now) {
    if (state.token != 0 && state.until > now) return queue::State::active;
    if (state.held) return queue::State::hold;
    return state.weight.tried ? queue::State::deferred : queue::State::incoming;
}

queue::State Claims::state_of(const queue::QueueId& id, SteadyTime now) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? queue::State::incoming : state_of(found->second, now);
}

bool Claims::holds(const queue::QueueId& id, std::uint64_t token) const {
    const auto found = entries_.find(id);
    return found != entries_.end() && token != 0 && found->second.token == token;
}

void Claims::free_expired(SteadyTime now) {
    // The token stays: who had the lease may still settle, as long as nobody else claims it.
    while (!leases_.empty() && leases_.begin()->first <= now) {
        const auto& id = leases_.begin()->second;
        const auto& state = entries_.at(id);
        if (!state.held) due_.emplace(state.due, id);
        leases_.erase(leases_.begin());
    }
}

Claim Claims::lease(const queue::QueueId& id, State& state, SteadyTime until) {
    state.token = ++last_token_;
    state.until = until;
    leases_.emplace(until, id);
    return {id, state.token};
}

std::vector<Claim> Claims::claim(WallTime wall, SteadyTime now, std::size_t count,
                                 std::chrono::seconds lease_time) {
    free_expired(now);
    std::vector<Claim> claimed;
    while (claimed.size() < count && !due_.empty() && due_.begin()->first <= wall) {
        const auto id = due_.begin()->second;
        due_.erase(due_.begin());
        claimed.push_back(lease(id, entries_.at(id), now + lease_time));
    }
    return claimed;
}

std::vector<Claim> Claims::claim(const queue::ClaimRequest& request, SteadyTime now) {
    return request.only.empty() ? claim(request.now, now, request.count, request.lease_time)
                                : claim_one(request.only, now, request.lease_time);
}

std::vector<Claim> Claims::claim_one(const queue::QueueId& id, SteadyTime now,
                                     std::chrono::seconds lease_time) {
    free_expired(now);
    const auto found = entries_.find(id);
    if (found == entries_.end() || is_leased(id, now)) return {};
    due_.erase({found->second.due, id});
    return {lease(id, found->second, now + lease_time)};
}

void Claims::give_back(const Claim& claim) {
    if (!holds(claim.id, claim.token)) return;
    const auto state = entries_.at(claim.id);
    put(claim.id, state.due, state.weight, state.held);
}

QueueTally Claims::tally(SteadyTime now) const {
    QueueTally tally;
    for (const auto& [id, state] : entries_) {
        auto& part = part_of(tally, state_of(state, now));
        ++part.messages;
        part.octets += state.weight.octets;
        // A queue id says when its message came.
        const auto came = time_of_ulid(id);
        if (came && (!part.oldest || *came < *part.oldest)) part.oldest = came;
    }
    return tally;
}

}  // namespace signet::store

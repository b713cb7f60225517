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

Owner& Claims::owner_named(const std::string& name) {
    const auto [found, is_new] = owners_.try_emplace(name);
    if (is_new) found->second.name = found->first;
    return found->second;
}

void Claims::put(const queue::QueueId& id, WallTime due, const Weight& weight, bool held) {
    auto& owner = owner_named(weight.owner);
    ++owner.entries;  // before the erasure, so that who stays does not lose his turn
    erase(id);
    const auto [at, is_new] = entries_.try_emplace(id);
    auto& item = at->second;
    item = {.id = &at->first,
            .owner = &owner,
            .due = due,
            .octets = weight.octets,
            .tried = weight.tried,
            .held = held};
    if (!held) turns_of(item).add(item);
}

void Claims::set_held(const queue::QueueId& id, bool held) {
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.held == held) return;
    auto& item = found->second;
    item.held = held;
    if (held) {
        turns_of(item).remove(item);
    } else if (!leases_.contains(&item)) {
        turns_of(item).add(item);
    }
}

void Claims::erase(const queue::QueueId& id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    auto& item = found->second;
    turns_of(item).remove(item);
    leases_.erase(&item);
    auto& owner = *item.owner;
    entries_.erase(found);
    if (--owner.entries == 0) owners_.erase(owners_.find(std::string{owner.name}));
}

bool Claims::is_leased(const queue::QueueId& id, SteadyTime now) const {
    const auto found = entries_.find(id);
    return found != entries_.end() && found->second.token != 0 && found->second.until > now;
}

bool Claims::is_held(const queue::QueueId& id) const {
    const auto found = entries_.find(id);
    return found != entries_.end() && found->second.held;
}

queue::State Claims::state_of(const Item& item, SteadyTime now) {
    if (item.token != 0 && item.until > now) return queue::State::active;
    if (item.held) return queue::State::hold;
    return item.tried ? queue::State::deferred : queue::State::incoming;
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
    while (!leases_.empty() && (*leases_.begin())->until <= now) {
        auto& item = **leases_.begin();
        leases_.erase(leases_.begin());
        if (!item.held) turns_of(item).add(item);
    }
}

Claim Claims::lease(Item& item, SteadyTime until) {
    item.token = ++last_token_;
    item.until = until;
    leases_.insert(&item);
    return {*item.id, item.token};
}

Item* Claims::next(const queue::ClaimRequest& request) {
    const auto from = [&](Turns& turns) { return turns.take(request.now, request.passed_over); };
    const bool also_tried = !request.fresh_only;
    Item* item = nullptr;
    if (also_tried && fresh_in_a_row_ >= queue::kFreshInARow) item = from(deferred_);
    if (!item) item = from(fresh_);
    if (!item && also_tried) item = from(deferred_);
    if (item) fresh_in_a_row_ = item->tried ? 0 : fresh_in_a_row_ + 1;
    return item;
}

std::vector<Claim> Claims::claim(const queue::ClaimRequest& request, SteadyTime now) {
    free_expired(now);
    if (!request.only.empty()) return claim_one(request, now);
    fresh_.wake(request.now);
    deferred_.wake(request.now);
    std::vector<Claim> claimed;
    while (claimed.size() < request.count) {
        auto* const item = next(request);
        if (!item) break;
        claimed.push_back(lease(*item, now + request.lease_time));
    }
    return claimed;
}

std::vector<Claim> Claims::claim_one(const queue::ClaimRequest& request, SteadyTime now) {
    const auto found = entries_.find(request.only);
    if (found == entries_.end() || leases_.contains(&found->second)) return {};
    turns_of(found->second).remove(found->second);
    return {lease(found->second, now + request.lease_time)};
}

void Claims::give_back(const Claim& claim) {
    if (!holds(claim.id, claim.token)) return;
    auto& item = entries_.at(claim.id);
    leases_.erase(&item);
    item.token = 0;
    if (!item.held && !item.waiting) turns_of(item).add(item);
}

QueueTally Claims::tally(SteadyTime now) const {
    QueueTally tally;
    for (const auto& [id, item] : entries_) {
        auto& part = part_of(tally, state_of(item, now));
        ++part.messages;
        part.octets += item.octets;
        // A queue id says when its message came.
        const auto came = time_of_ulid(id);
        if (came && (!part.oldest || *came < *part.oldest)) part.oldest = came;
    }
    return tally;
}

}  // namespace signet::store

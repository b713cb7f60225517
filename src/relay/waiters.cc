#include "relay/waiters.h"

#include <iterator>

namespace signet::relay {
namespace {

// Beyond so many of his own nobody is moved for him: it costs a step for each.
constexpr std::size_t kMostSteps = 1'000;

}  // namespace

std::size_t Waiters::size_of(const std::string& owner) const {
    const auto found = by_owner_.find(owner);
    return found == by_owner_.end() ? 0 : found->second.size();
}

std::optional<SteadyTime> Waiters::until(const queue::QueueId& message) const {
    const auto found = all_.find(message);
    if (found == all_.end()) return {};
    return found->second.until;
}

void Waiters::put(const Waiter& who, SteadyTime until) {
    erase(who.message);
    all_.emplace(who.message, Waiting{until, who.owner});
    by_owner_[who.owner].emplace(until, who.message);
}

void Waiters::erase(const queue::QueueId& message) {
    const auto found = all_.find(message);
    if (found == all_.end()) return;
    const auto owner = by_owner_.find(found->second.owner);
    owner->second.erase({found->second.until, message});
    if (owner->second.empty()) by_owner_.erase(owner);
    all_.erase(found);
}

void Waiters::forget(SteadyTime before) {
    for (auto owner = by_owner_.begin(); owner != by_owner_.end();) {
        auto& waiting = owner->second;
        while (!waiting.empty() && waiting.begin()->first < before) {
            all_.erase(waiting.begin()->second);
            waiting.erase(waiting.begin());
        }
        owner = waiting.empty() ? by_owner_.erase(owner) : std::next(owner);
    }
}

std::optional<Waiter> Waiters::too_early_for(const std::string& owner, SteadyTime now) const {
    const auto before = size_of(owner) + 1;
    if (before > kMostSteps) return {};
    const InOrder* most = nullptr;
    const std::string* whose = nullptr;
    for (const auto& [name, waiting] : by_owner_) {
        if (name == owner || (most && waiting.size() <= most->size())) continue;
        most = &waiting;
        whose = &name;
    }
    if (!most || most->size() <= before) return {};
    auto at = most->upper_bound({now, {}});
    for (std::size_t steps = 0; steps < before && at != most->end(); ++steps) ++at;
    if (at == most->end()) return {};
    return Waiter{at->second, *whose};
}

}  // namespace signet::relay

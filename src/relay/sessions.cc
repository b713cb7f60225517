#include "relay/sessions.h"

#include "net/together.h"

#include <algorithm>
#include <utility>

namespace signet::relay {

Result<Turn, std::chrono::microseconds> Sessions::enter(Pacing& pacing, const Way& way,
                                                        const Waiter& who) {
    const auto& [name, match, transport, pace] = way.route;
    if (const auto found = find(way); found != open_.end()) {
        const auto again = pacing.enter_again(name, pace, who, found->turn.place);
        if (!again) return fail(again.error());
        auto turn = std::move(found->turn);
        open_.erase(found);
        return turn;
    }
    auto first = pacing.enter(name, pace, who);
    // A session that only waits makes room for one that is wanted.
    const bool again = !first && pace.connections > 0 && let_go(name);
    auto place = again ? pacing.enter(name, pace, who) : std::move(first);
    if (!place) return fail(place.error());
    return Turn{std::move(*place)};
}

void Sessions::leave(const Way& way, Turn turn) {
    if (!turn.session) return;
    const auto now = clock_.steady();
    const bool spent = turn.session->messages >= kMostMessages ||
                       turn.session->opened + kOldest <= now || linger_ == linger_.zero();
    if (spent) {
        idle_.push_back(std::move(turn.session));
        return;
    }
    if (open_.size() >= kMostOpen) retire(open_.begin());
    turn.place.rest();
    const bool is_limited = way.route.pace.connections > 0;
    const auto until = now + (is_limited ? std::min(linger_, kLimitedLinger) : linger_);
    open_.push_back({way.route.transport, way.domain, way.route.name, std::move(turn), until});
}

std::vector<std::unique_ptr<Session>> Sessions::take_idle() {
    for (auto next = open_.begin(); next != open_.end();) {
        const auto open = next++;
        if (open->until <= clock_.steady()) retire(open);
    }
    return std::exchange(idle_, {});
}

std::vector<std::unique_ptr<Session>> Sessions::close() {
    linger_ = linger_.zero();
    while (!open_.empty()) retire(open_.begin());
    return std::exchange(idle_, {});
}

Sessions::Opened::iterator Sessions::find(const Way& way) {
    // The latest: those before it may then end.
    const auto fits = [&](const Open& open) {
        return open.transport == way.route.transport && open.domain == way.domain;
    };
    const auto found = std::find_if(open_.rbegin(), open_.rend(), fits);
    return found == open_.rend() ? open_.end() : std::prev(found.base());
}

bool Sessions::let_go(const std::string& route) {
    const auto found = std::ranges::find(open_, route, &Open::route);
    if (found == open_.end()) return false;
    retire(found);
    return true;
}

// Its place is free from now on, as the next hop will see in a moment.
void Sessions::retire(Opened::iterator open) {
    idle_.push_back(std::move(open->turn.session));
    open_.erase(open);
}

Task<void> part_all(std::vector<std::unique_ptr<Session>> sessions, const Clock& clock) {
    std::vector<Task<void>> partings;
    partings.reserve(sessions.size());
    for (auto& session : sessions) partings.push_back(part(std::move(session), clock));
    co_await net::together(std::move(partings));
}

}  // namespace signet::relay

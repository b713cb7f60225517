#include "relay/pace.h"

#include <algorithm>

namespace signet::relay {
namespace {

constexpr std::chrono::seconds kShortestWait{1};  // for a connection
constexpr std::chrono::milliseconds kPausedSpread{5};
constexpr std::chrono::minutes kForgotten{10};  // a turn that nobody came for
constexpr int kMemory = 8;                      // how many places `usual` looks back

void note(Waiters& waiters, const Waiter& who, SteadyTime until) {
    const bool known = waiters.contains(who.message);
    if (known || waiters.size() < Pacing::kMostTurns) waiters.put(who, until);
}

}  // namespace

SteadyTime Slots::next(const Rate& rate, SteadyTime now) const {
    if (taken_.size() < rate.count) return now;
    const auto back = static_cast<std::ptrdiff_t>(rate.count);
    return std::max(now, *(taken_.end() - back) + rate.window);
}

void Slots::take(const Rate& rate, SteadyTime when) {
    taken_.push_back(taken_.empty() ? when : std::max(when, taken_.back()));
    while (taken_.size() > rate.count) taken_.pop_front();
}

// Those who wait share the places: each is told when his own should come free.  Before him go as
// many of each other owner as of his.
Pacing::Wait Pacing::wait_for_place(Line& line, const Pace& pace, const Waiter& who,
                                    SteadyTime now) {
    auto& waiting = line.waiting;
    note(waiting, who, now);
    const auto before = std::min(waiting.size(), waiting.size_of(who.owner) * waiting.owners());
    const auto rounds = 1 + static_cast<Wait::rep>(before / pace.connections);
    const auto wait = std::clamp<Wait>(line.usual * rounds, kShortestWait, kLongestWait);
    note(waiting, who, now + wait);
    return wait;
}

// Spread out, so that many of them do not look again in the same moment.
Pacing::Wait Pacing::wait_for_resume(Line& line, const Waiter& who, SteadyTime now) {
    const Wait wait = kPausedWait + kPausedSpread * static_cast<Wait::rep>(line.waiting.size());
    note(line.waiting, who, now + wait);
    return wait;
}

// The next turn that is free; or one that comes sooner, and whose it was has the next.  nullopt:
// there are no more.
std::optional<SteadyTime> Pacing::promise(Line& line, const Rate& rate, const Waiter& who,
                                          SteadyTime now) {
    auto when = line.promised.next(rate, now);
    if (when <= now) {
        line.promised.take(rate, when);
        return when;
    }
    const bool room = line.turns.size() < kMostTurns;
    const auto early = line.turns.too_early_for(who.owner, now);
    if (!room && !early) return {};
    if (room) line.promised.take(rate, when);
    if (early) {
        const auto his = *line.turns.until(early->message);
        line.turns.erase(early->message);
        if (room) line.turns.put(*early, when);
        when = his;
    }
    return when;
}

// Zero: it may go now, and is counted.
Pacing::Wait Pacing::wait_for_rate(Line& line, const Rate& rate, const Waiter& who,
                                   SteadyTime now) {
    auto when = line.turns.until(who.message);
    if (!when) when = promise(line, rate, who, now);
    if (!when) return kLongestWait;
    // A turn that is used late must not crowd those behind it.
    if (*when <= now) when = line.used.next(rate, now);
    if (*when > now) {
        line.turns.put(who, *when);
        return std::chrono::ceil<std::chrono::milliseconds>(*when - now);
    }
    line.used.take(rate, now);
    return {};
}

// Of messages that were removed from the queue, or took another route.
void Pacing::sweep(Line& line, SteadyTime now) {
    if (now < line.swept + kForgotten) return;
    line.swept = now;
    line.turns.forget(now - kForgotten);
    line.waiting.forget(now - kForgotten);
}

Result<Pacing::Place, std::chrono::microseconds> Pacing::enter(const std::string& route,
                                                               const Pace& pace,
                                                               const Waiter& who) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    auto& line = lines_[route];
    sweep(line, now);
    const bool full = pace.connections > 0 && line.held >= pace.connections;
    if (full) return fail(wait_for_place(line, pace, who, now));
    const auto wait = wait_for_turn(line, pace, who, now);
    if (wait > Wait::zero()) return fail(wait);
    ++line.held;
    return Place{*this, route, now};
}

Result<void, std::chrono::microseconds> Pacing::enter_again(const std::string& route,
                                                            const Pace& pace, const Waiter& who,
                                                            Place& place) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    const auto wait = wait_for_turn(lines_[route], pace, who, now);
    if (wait > Wait::zero()) return fail(wait);
    place.since_ = now;
    return {};
}

// Zero: it may go now, and is counted.
Pacing::Wait Pacing::wait_for_turn(Line& line, const Pace& pace, const Waiter& who,
                                   SteadyTime now) {
    if (pace.messages.limits()) {
        const auto wait = wait_for_rate(line, pace.messages, who, now);
        if (wait > Wait::zero()) return std::min<Wait>(wait, kLongestWait);
    }
    line.turns.erase(who.message);
    line.waiting.erase(who.message);
    return {};
}

std::optional<std::chrono::microseconds> Pacing::closed(const std::string& route,
                                                        const std::string& domain,
                                                        const Waiter& who) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    for (const auto& what : {std::pair{queue::Pause::Kind::destination, domain},
                             std::pair{queue::Pause::Kind::route, route}}) {
        const auto found = paused_.find(what);
        if (found == paused_.end()) continue;
        sweep(found->second.line, now);
        return wait_for_resume(found->second.line, who, now);
    }
    return {};
}

bool Pacing::pause(const queue::Pause& what) {
    const std::lock_guard lock{mutex_};
    return paused_.try_emplace({what.kind, what.name}, Closed{what, {}}).second;
}

bool Pacing::resume(queue::Pause::Kind kind, const std::string& name) {
    const std::lock_guard lock{mutex_};
    return paused_.erase({kind, name}) > 0;
}

std::vector<queue::Pause> Pacing::paused() const {
    const std::lock_guard lock{mutex_};
    std::vector<queue::Pause> all;
    all.reserve(paused_.size());
    for (const auto& [key, closed] : paused_) all.push_back(closed.pause);
    return all;
}

bool Pacing::is_paused(queue::Pause::Kind kind, const std::string& name) const {
    const std::lock_guard lock{mutex_};
    return paused_.contains({kind, name});
}

void Pacing::learn_use(const std::string& route, SteadyTime since) {
    const auto took = std::chrono::duration_cast<Wait>(clock_.steady() - since);
    const std::lock_guard lock{mutex_};
    auto& usual = lines_[route].usual;
    usual += (took - usual) / kMemory;
}

void Pacing::leave(const std::string& route) {
    const std::lock_guard lock{mutex_};
    --lines_[route].held;
}

}  // namespace signet::relay

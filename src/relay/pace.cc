#include "relay/pace.h"

#include <algorithm>

namespace signet::relay {
namespace {

constexpr std::chrono::seconds kShortestWait{1};  // for a connection
constexpr std::chrono::milliseconds kPausedSpread{5};
constexpr std::chrono::minutes kForgotten{10};  // a turn that nobody came for
constexpr int kMemory = 8;                      // how many places `usual` looks back

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

// Those who wait share the places: each is told when its own should come free.
Pacing::Wait Pacing::wait_for_place(Line& line, const Pace& pace, const queue::QueueId& message,
                                    SteadyTime now) {
    if (line.waiting.size() < kMostTurns) line.waiting.try_emplace(message, now);
    const auto rounds = 1 + static_cast<Wait::rep>(line.waiting.size() / pace.connections);
    const auto wait = std::clamp<Wait>(line.usual * rounds, kShortestWait, kLongestWait);
    if (const auto found = line.waiting.find(message); found != line.waiting.end()) {
        found->second = now + wait;
    }
    return wait;
}

// Spread out, so that many of them do not look again in the same moment.
Pacing::Wait Pacing::wait_for_resume(Line& line, const queue::QueueId& message, SteadyTime now) {
    if (line.waiting.size() < kMostTurns) line.waiting.try_emplace(message, now);
    const Wait wait = kPausedWait + kPausedSpread * static_cast<Wait::rep>(line.waiting.size());
    if (const auto found = line.waiting.find(message); found != line.waiting.end()) {
        found->second = now + wait;
    }
    return wait;
}

// Zero: it may go now, and is counted.
Pacing::Wait Pacing::wait_for_rate(Line& line, const Rate& rate, const queue::QueueId& message,
                                   SteadyTime now) {
    const auto turn = line.turns.find(message);
    auto when = turn == line.turns.end() ? line.promised.next(rate, now) : turn->second;
    if (turn == line.turns.end()) {
        if (when > now && line.turns.size() >= kMostTurns) return kLongestWait;
        line.promised.take(rate, when);
        if (when > now) when = line.turns.emplace(message, when).first->second;
    }
    // A turn that is used late must not crowd those behind it.
    if (when <= now) when = line.used.next(rate, now);
    if (when > now) {
        line.turns[message] = when;
        return std::chrono::ceil<std::chrono::milliseconds>(when - now);
    }
    line.used.take(rate, now);
    return {};
}

// Of messages that were removed from the queue, or took another route.
void Pacing::sweep(Line& line, SteadyTime now) {
    if (now < line.swept + kForgotten) return;
    line.swept = now;
    const auto old = [&](const auto& one) { return one.second + kForgotten < now; };
    std::erase_if(line.turns, old);
    std::erase_if(line.waiting, old);
}

Result<Pacing::Place, std::chrono::microseconds> Pacing::enter(const std::string& route,
                                                               const Pace& pace,
                                                               const queue::QueueId& message) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    auto& line = lines_[route];
    sweep(line, now);
    const bool full = pace.connections > 0 && line.held >= pace.connections;
    if (full) return fail(wait_for_place(line, pace, message, now));
    const auto wait = wait_for_turn(line, pace, message, now);
    if (wait > Wait::zero()) return fail(wait);
    ++line.held;
    return Place{*this, route, now};
}

Result<void, std::chrono::microseconds> Pacing::enter_again(const std::string& route,
                                                            const Pace& pace,
                                                            const queue::QueueId& message) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    const auto wait = wait_for_turn(lines_[route], pace, message, now);
    if (wait > Wait::zero()) return fail(wait);
    return {};
}

// Zero: it may go now, and is counted.
Pacing::Wait Pacing::wait_for_turn(Line& line, const Pace& pace, const queue::QueueId& message,
                                   SteadyTime now) {
    if (pace.messages.limits()) {
        const auto wait = wait_for_rate(line, pace.messages, message, now);
        if (wait > Wait::zero()) return std::min<Wait>(wait, kLongestWait);
    }
    line.turns.erase(message);
    line.waiting.erase(message);
    return {};
}

std::optional<std::chrono::microseconds> Pacing::closed(const std::string& route,
                                                        const std::string& domain,
                                                        const queue::QueueId& message) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    for (const auto& what : {std::pair{queue::Pause::Kind::destination, domain},
                             std::pair{queue::Pause::Kind::route, route}}) {
        const auto found = paused_.find(what);
        if (found == paused_.end()) continue;
        sweep(found->second.line, now);
        return wait_for_resume(found->second.line, message, now);
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

void Pacing::leave(const std::string& route, SteadyTime since) {
    const auto held = std::chrono::duration_cast<Wait>(clock_.steady() - since);
    const std::lock_guard lock{mutex_};
    auto& line = lines_[route];
    --line.held;
    line.usual += (held - line.usual) / kMemory;
}

}  // namespace signet::relay

#include "relay/destinations.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;

// How long one who asks is waited for before another one does: he may have been lost.
constexpr std::chrono::minutes kAsking{5};

enum class Says {
    down,    // what failed has nothing to do with this message: every other one would fail of it
    up,      // it was spoken to
    nothing  // what went wrong is ours, or may be the message's
};

Says what_it_says(const Attempt& attempt) {
    const bool all_wait = std::ranges::all_of(
        attempt.answers, [](const Answer& answer) { return answer.kind == Kind::deferred; });
    switch (attempt.cause) {
    case Cause::dns:
    case Cause::connect:
    case Cause::tls:
    case Cause::auth: return all_wait ? Says::down : Says::up;
    case Cause::remote: return Says::up;
    default: return Says::nothing;
    }
}

std::string since(std::chrono::microseconds ago) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(ago).count();
    return "; asked " + std::to_string(seconds) + " s ago for another message";
}

}  // namespace

std::optional<Attempt> Destinations::known_down(const std::string& route, const std::string& domain,
                                                const Consignment& consignment) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    const auto found = down_.find({route, domain});
    if (found == down_.end()) return {};
    auto& down = found->second;
    if (down.until <= now) {
        down.until = now + kAsking;  // the others go on waiting meanwhile
        down.being_asked = true;
        return {};
    }
    auto answer = down.answer;
    answer.reply += since(std::chrono::duration_cast<std::chrono::microseconds>(now - down.asked));
    return same_for_all(consignment, down.cause, answer, down.next_hop);
}

void Destinations::learn(const std::string& route, const std::string& domain,
                         const Attempt& attempt) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    const auto found = down_.find({route, domain});
    switch (what_it_says(attempt)) {
    case Says::up:
        if (found != down_.end()) down_.erase(found);
        return;
    case Says::nothing:
        if (found != down_.end() && found->second.being_asked) found->second.until = now;
        return;
    case Says::down: break;
    }
    auto pause = pause_;
    if (found != down_.end()) {
        auto& known = found->second;
        // One that was under way when another one failed says nothing new.
        if (!known.being_asked && known.until > now) return;
        pause = std::min<std::chrono::microseconds>(2 * known.pause, kLongestPause);
    } else if (down_.size() >= kMostKnown) {
        std::erase_if(down_, [&](const auto& one) { return one.second.until <= now; });
        if (down_.size() >= kMostKnown) return;  // each of its messages finds out for itself
    }
    down_[{route, domain}] = {.asked_at = clock_.wall(),
                              .cause = attempt.cause,
                              .answer = attempt.answers.front(),
                              .next_hop = attempt.next_hop,
                              .asked = now,
                              .until = now + pause,
                              .pause = pause};
}

void Destinations::forget() {
    const std::lock_guard lock{mutex_};
    down_.clear();
}

std::vector<Destinations::Known> Destinations::list(std::size_t most) const {
    const std::lock_guard lock{mutex_};
    std::vector<Known> all;
    for (const auto& [way, down] : down_) {
        if (all.size() == most) break;
        all.push_back({way.first, way.second, down.answer.reply, down.asked_at});
    }
    return all;
}

std::size_t Destinations::size() const {
    const std::lock_guard lock{mutex_};
    return down_.size();
}

}  // namespace signet::relay

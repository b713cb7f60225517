#include "store/turns.h"

#include <algorithm>

namespace signet::store {

void Turns::add(Item& item) {
    auto& line = item.owner->line_of(item);
    if (line.turn == 0 && !line.items.empty()) resting_.erase(*line.items.begin());
    line.items.insert(&item);
    item.waiting = true;
    if (line.turn == 0) resting_.insert(*line.items.begin());
}

void Turns::remove(Item& item) {
    if (!item.waiting) return;
    auto& line = item.owner->line_of(item);
    if (line.turn == 0) resting_.erase(*line.items.begin());
    line.items.erase(&item);
    item.waiting = false;
    if (line.items.empty()) {
        ring_.erase(line.turn);
        line.turn = 0;
    } else if (line.turn == 0) {
        resting_.insert(*line.items.begin());
    }
}

void Turns::to_the_end(Line& line) {
    line.turn = ++last_turn_;
    ring_.emplace_hint(ring_.end(), line.turn, &line);
}

void Turns::wake(WallTime now) {
    while (!resting_.empty() && (*resting_.begin())->due <= now) {
        auto& first = **resting_.begin();
        resting_.erase(resting_.begin());
        to_the_end(first.owner->line_of(first));
    }
}

Item* Turns::take(WallTime now, std::span<const std::string> passed_over) {
    for (auto at = ring_.begin(); at != ring_.end();) {
        auto& line = *at->second;
        if (std::ranges::find(passed_over, line.owner.name) != passed_over.end()) {
            ++at;
            continue;
        }
        at = ring_.erase(at);
        line.turn = 0;
        auto* const first = *line.items.begin();
        if (first->due > now) {
            resting_.insert(first);
            continue;
        }
        line.items.erase(line.items.begin());
        first->waiting = false;
        if (!line.items.empty()) to_the_end(line);
        return first;
    }
    return nullptr;
}

}  // namespace signet::store

// The last ids that were seen, so that an event that comes again is known.
#pragma once

#include "base/ulid.h"

#include <deque>
#include <span>
#include <unordered_set>

namespace signet::observe {

// Not safe for concurrent use.
class RecentIds {
public:
    explicit RecentIds(std::size_t limit) : limit_(limit) {}

    bool contains(const Ulid& id) const { return ids_.contains(id); }
    void add(const Ulid& id) {  // an empty one is nobody's
        if (id.empty() || !ids_.insert(id).second) return;
        order_.push_back(id);
        if (order_.size() <= limit_) return;
        ids_.erase(order_.front());
        order_.pop_front();
    }
    void forget(std::span<const Ulid> some) {
        for (const auto& id : some) ids_.erase(id);
        std::erase_if(order_, [this](const Ulid& id) { return !ids_.contains(id); });
    }

private:
    std::size_t limit_;
    std::deque<Ulid> order_;  // oldest first
    std::unordered_set<Ulid> ids_;
};

}  // namespace signet::observe

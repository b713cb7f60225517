#include "store/memory_rates.h"

#include "limits/window.h"

#include <algorithm>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string_view>
#include <vector>

namespace signet::store {
namespace {

using limits::Ask;
using limits::Decision;
using limits::Key;

// A part of the keys of one kind.  Ordered by comparison, not by hash: whoever chooses the keys
// cannot make them collide.  Guarded by its mutex.
class Shard {
public:
    std::mutex mutex;

    limits::Window* find(std::string_view who) {
        const auto found = by_name_.find(who);
        return found == by_name_.end() ? nullptr : &found->second->window;
    }
    // The window of that name, a new one if there is none; nullptr: there is no room for it.
    limits::Window* make(std::string_view who, std::size_t limit, bool forget, SteadyTime now) {
        if (const auto found = by_name_.find(who); found != by_name_.end()) {
            by_use_.splice(by_use_.begin(), by_use_, found->second);
            return &found->second->window;
        }
        if (by_use_.size() >= limit && !make_room(limit, forget, now)) return nullptr;
        by_use_.push_front({std::string{who}, {}});
        by_name_.emplace(by_use_.front().who, by_use_.begin());
        return &by_use_.front().window;
    }

private:
    struct Counted {
        std::string who;
        limits::Window window;
    };
    using Place = std::list<Counted>::iterator;

    void drop(Place place) {
        by_name_.erase(place->who);
        by_use_.erase(place);
    }
    // Where all keys have one window (clients) the last one is the first to be past.
    bool make_room(std::size_t limit, bool forget, SteadyTime now) {
        if (forget || by_use_.back().window.past(now)) {
            drop(std::prev(by_use_.end()));
            return true;
        }
        for (auto at = by_use_.begin(); at != by_use_.end();) {
            const auto next = std::next(at);
            if (at->window.past(now)) drop(at);
            at = next;
        }
        return by_use_.size() < limit;
    }

    std::list<Counted> by_use_;  // the one counted last comes first
    std::map<std::string_view, Place> by_name_;
};

}  // namespace

// The keys of one kind.
class MemoryRates::Shelf {
public:
    // forget: a key that still counts may go for a new one.
    Shelf(std::size_t limit, std::size_t shards, bool forget)
        : shards_(shards), limit_(std::max<std::size_t>(1, limit / shards)), forget_(forget) {}

    Decision room(const Ask& ask, const Clock& clock) {
        auto& shard = shard_of(ask.key);
        const std::lock_guard lock{shard.mutex};
        const auto now = clock.steady();
        if (auto* window = shard.find(ask.key.who)) return window->room(ask.rate, ask.count, now);
        return limits::Window{}.room(ask.rate, ask.count, now);
    }
    Result<Decision, StoreFault> take(const Ask& ask, const Clock& clock) {
        auto& shard = shard_of(ask.key);
        const std::lock_guard lock{shard.mutex};
        const auto now = clock.steady();
        auto* window = shard.make(ask.key.who, limit_, forget_, now);
        if (window == nullptr) return fail(StoreFault::full);
        return window->take(ask.rate, ask.count, now);
    }
    void give_back(const Ask& ask, std::int64_t place) {
        auto& shard = shard_of(ask.key);
        const std::lock_guard lock{shard.mutex};
        if (auto* window = shard.find(ask.key.who)) window->give_back(ask.count, place);
    }

private:
    Shard& shard_of(const Key& key) {
        return shards_[std::hash<std::string>{}(key.who) % shards_.size()];
    }

    std::vector<Shard> shards_;
    const std::size_t limit_;  // of one shard
    const bool forget_;
};

MemoryRates::MemoryRates(const Clock& clock, const MemoryRatesOptions& options) : clock_(clock) {
    for (std::size_t i = 0; i < limits::kKinds; ++i) {
        const auto of = static_cast<Key::Of>(i);
        const bool client = of == Key::Of::client_connections || of == Key::Of::client_commands;
        shelves_[i] = std::make_unique<Shelf>(client ? options.clients : options.accounts,
                                              options.shards, client);
    }
}

MemoryRates::~MemoryRates() = default;

MemoryRates::Shelf& MemoryRates::shelf_of(const Key& key) {
    return *shelves_[static_cast<std::size_t>(key.of)];
}

Task<Result<Decision, StoreFault>> MemoryRates::room(Ask ask) {
    if (!ask.rate.limits()) co_return Decision{};
    co_return shelf_of(ask.key).room(ask, clock_);
}

Task<Result<Decision, StoreFault>> MemoryRates::take(Ask ask) {
    if (!ask.rate.limits()) co_return Decision{};
    co_return shelf_of(ask.key).take(ask, clock_);
}

Task<Result<void, StoreFault>> MemoryRates::give_back(Ask ask, std::int64_t place) {
    if (ask.rate.limits()) shelf_of(ask.key).give_back(ask, place);
    co_return Result<void, StoreFault>{};
}

}  // namespace signet::store

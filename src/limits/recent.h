// A table that forgets who was used least lately: of bounded size, whatever strangers put in.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace signet::limits {

// Not safe for concurrent use.
template <class Value>
class Recent {
public:
    explicit Recent(std::size_t limit) : limit_(limit) {}

    // As it is; looking is not use.  Null: it is not there.
    const Value* peek(std::string_view key) const {
        const auto found = places_.find(key);
        return found == places_.end() ? nullptr : &found->second->second;
    }
    // Valid until the next call that is not const.  What is not there yet begins empty.
    Value& use(std::string_view key) {
        if (const auto found = places_.find(key); found != places_.end()) {
            order_.splice(order_.begin(), order_, found->second);
            return found->second->second;
        }
        if (places_.size() >= limit_) forget(order_.back().first);
        order_.emplace_front(std::string{key}, Value{});
        places_.emplace(order_.front().first, order_.begin());
        return order_.front().second;
    }
    // Null: it is not there.
    Value* find(std::string_view key) { return peek(key) ? &use(key) : nullptr; }
    void forget(std::string_view key) {
        const auto found = places_.find(key);
        if (found == places_.end()) return;
        const auto place = found->second;  // the key lives in it
        places_.erase(found);
        order_.erase(place);
    }

    std::size_t size() const { return places_.size(); }
    // (key, value), the latest used first.
    auto begin() const { return order_.begin(); }
    auto end() const { return order_.end(); }
    auto begin() { return order_.begin(); }
    auto end() { return order_.end(); }

private:
    using Order = std::list<std::pair<std::string, Value>>;
    std::size_t limit_;
    Order order_;  // the latest used first
    std::unordered_map<std::string_view, typename Order::iterator> places_;
};

}  // namespace signet::limits

#include "store/store_gate.h"

namespace signet::store {

std::string_view name(CallEnd end) {
    switch (end) {
    case CallEnd::answered: return "answered";
    case CallEnd::unavailable: return "unavailable";
    case CallEnd::timeout: return "timeout";
    case CallEnd::turned_away: return "turned_away";
    }
    std::unreachable();
}

namespace {

// What is there and answers, if with something that is no use, is not down.
CallEnd end_of(std::optional<StoreFault> fault) {
    if (!fault) return CallEnd::answered;
    switch (*fault) {
    case StoreFault::unavailable: return CallEnd::unavailable;
    case StoreFault::deadline: return CallEnd::timeout;
    case StoreFault::full:
    case StoreFault::conflict:
    case StoreFault::corrupt: return CallEnd::answered;
    }
    std::unreachable();
}

}  // namespace

limits::Breaker::State StoreGate::state() const {
    const std::lock_guard lock(mutex_);
    return breaker_.state();
}

// Only while it is closed is there a queue: behind an open one nobody would ever come to his turn.
Task<Result<void, StoreFault>> StoreGate::enter(Deadline deadline) {
    bool inside = true;
    co_await net::suspend_until_woken([&](net::Wakeup wakeup) {
        {
            const std::lock_guard lock(mutex_);
            if (inside_ < options_.width) {
                ++inside_;
            } else if (waiting_.size() < options_.waiting &&
                       breaker_.state() == limits::Breaker::State::closed) {
                waiting_.push_back(std::move(wakeup));  // woken by who hands over his place
                return;
            } else {
                inside = false;
            }
        }
        wakeup();
    });
    auto admitted =
        inside ? admit(deadline) : Result<void, StoreFault>{fail(StoreFault::unavailable)};
    if (!admitted) {
        if (inside) pass_on();
        if (watcher_.ended) watcher_.ended(CallEnd::turned_away, {});
    }
    co_return admitted;
}

// REQUIRES: the place is taken.
Result<void, StoreFault> StoreGate::admit(Deadline deadline) {
    const auto now = clock_.steady();
    if (now >= deadline.when()) return fail(StoreFault::deadline);
    const std::lock_guard lock(mutex_);
    if (!breaker_.lets_through(now)) return fail(StoreFault::unavailable);
    return {};
}

void StoreGate::leave(SteadyTime began, Deadline own, std::optional<StoreFault> fault) {
    const auto now = clock_.steady();
    const auto end = end_of(fault);
    const bool turned = judge(now, end, now >= own.when());
    pass_on();
    if (watcher_.ended) watcher_.ended(end, now - began);
    if (turned && watcher_.turned) watcher_.turned(end == CallEnd::answered);
}

// A client that had less time left than the store may take proves nothing against the store.
bool StoreGate::judge(SteadyTime now, CallEnd end, bool own_time) {
    const std::lock_guard lock(mutex_);
    if (end == CallEnd::answered) return breaker_.answered();
    if (end == CallEnd::unavailable || own_time) return breaker_.failed(now);
    breaker_.told_nothing();
    return false;
}

// Those who wait come in one after the other; while it is open they are turned away as they do.
void StoreGate::pass_on() {
    std::optional<net::Wakeup> next;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) {
            --inside_;
            return;
        }
        next = std::move(waiting_.front());
        waiting_.pop_front();
    }
    (*next)();
}

}  // namespace signet::store

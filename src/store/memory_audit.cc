#include "store/memory_audit.h"

namespace signet::store {

void MemoryAudit::record(audit::Event event) {
    const std::lock_guard lock{mutex_};
    keep(event);
}

Result<void, StoreFault> MemoryAudit::write_through(std::span<const audit::Event> events) {
    const std::lock_guard lock{mutex_};
    if (fault_) return fail(*fault_);
    for (const auto& event : events) {
        if (ids_.insert(event.id).second) keep(event);
    }
    return {};
}

std::vector<audit::Event> MemoryAudit::events() const {
    const std::lock_guard lock{mutex_};
    return {events_.begin(), events_.end()};
}

void MemoryAudit::fail_with(std::optional<StoreFault> fault) {
    const std::lock_guard lock{mutex_};
    fault_ = fault;
}

void MemoryAudit::keep(const audit::Event& event) {
    events_.push_back(event);
    if (events_.size() <= limit_) return;
    ids_.erase(events_.front().id);
    events_.pop_front();
}

}  // namespace signet::store

// Counts events on their way to the audit log, for `signet status`.
#pragma once

#include "audit/audit_store.h"

#include <atomic>
#include <cstdint>

namespace signet::app {

// Safe for concurrent use.  `next` outlives it.  After a crash the events of the last moments pass
// a second time and count for this life.
class EventCounter final : public audit::AuditStore {
public:
    explicit EventCounter(audit::AuditStore& next) : next_(next) {}

    void record(audit::Event event) override;
    Result<void, StoreFault> write_through(std::span<const audit::Event> events) override;

    std::uint64_t accepted() const { return accepted_.load(std::memory_order_relaxed); }
    std::uint64_t delivered() const { return delivered_.load(std::memory_order_relaxed); }

private:
    void count(const audit::Event& event);
    audit::AuditStore& next_;
    std::atomic<std::uint64_t> accepted_{0}, delivered_{0};
};

}  // namespace signet::app

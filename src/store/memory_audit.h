// Audit events kept in memory, for tests and for trials that leave nothing behind.
#pragma once

#include "audit/audit_store.h"

#include <deque>
#include <mutex>
#include <set>

namespace signet::store {

// Keeps the newest `limit` events.
class MemoryAudit final : public audit::AuditStore {
public:
    explicit MemoryAudit(std::size_t limit = 100'000) : limit_(limit) {}

    void record(audit::Event event) override;
    Result<void, StoreFault> write_through(std::span<const audit::Event> events) override;

    std::vector<audit::Event> events() const;         // oldest first
    void fail_with(std::optional<StoreFault> fault);  // what write_through answers from now on

private:
    void keep(const audit::Event& event);

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::deque<audit::Event> events_;
    std::set<Ulid> ids_;  // of those that came by write_through
    std::optional<StoreFault> fault_;
};

}  // namespace signet::store

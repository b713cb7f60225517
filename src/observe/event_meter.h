// Counts what passes on its way to the audit log: whatever is an event is counted here, once, and
// nowhere else.
#pragma once

#include "audit/audit_store.h"
#include "observe/catalogue.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace signet::observe {

// The names that the settings give; they become label values.
struct MeterNames {
    std::vector<std::string> listeners, routes;
};

// Safe for concurrent use.  `next` and the registry outlive it.  After a crash the events of the
// last moments pass a second time and count for this life.
class EventMeter final : public audit::AuditStore {
public:
    EventMeter(audit::AuditStore& next, Registry& registry, MeterNames names);

    void record(audit::Event event) override;
    Result<void, StoreFault> write_through(std::span<const audit::Event> events) override;

    // The names of new settings.  The series of those that are gone stay as they are.
    void know(MeterNames names);

    std::uint64_t accepted() const { return accepted_.value(); }
    std::uint64_t delivered() const { return delivered_.value(); }

private:
    using NamesPtr = std::shared_ptr<const MeterNames>;
    NamesPtr names() const;
    void prepare();
    void prepare(const MeterNames& names);
    void count(const audit::Event& event);
    void count_auth(const audit::Event& event);
    void count_refused(const audit::Event& event);
    void count_decision(const audit::Event& event);
    void count_throttled(const audit::Event& event);
    void count_accepted(const audit::Event& event);
    void count_reload(const audit::Event& event);
    void count_delivery(const audit::Event& event, std::string_view result);
    std::string listener_of(const audit::Event& event) const;

    audit::AuditStore& next_;
    Registry& registry_;
    Counter &accepted_, &delivered_;
    mutable std::mutex mutex_;
    NamesPtr names_;
};

}  // namespace signet::observe

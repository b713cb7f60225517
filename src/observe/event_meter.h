// Counts what passes on its way to the audit log: whatever is an event is counted here, once, and
// nowhere else.
#pragma once

#include "audit/audit_store.h"
#include "observe/catalogue.h"

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

    std::uint64_t accepted() const { return accepted_.value(); }
    std::uint64_t delivered() const { return delivered_.value(); }

private:
    void prepare();
    void count(const audit::Event& event);
    void count_auth(const audit::Event& event);
    void count_refused(const audit::Event& event);
    void count_accepted(const audit::Event& event);
    void count_delivery(const audit::Event& event, std::string_view result);
    std::string_view listener_of(const audit::Event& event) const;

    audit::AuditStore& next_;
    Registry& registry_;
    const MeterNames names_;
    Counter &accepted_, &delivered_;
};

}  // namespace signet::observe

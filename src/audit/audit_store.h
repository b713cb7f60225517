// Where events go.  The writer stamps schema, seq, node and instance.
#pragma once

#include "audit/event.h"
#include "base/result.h"
#include "base/store_fault.h"

#include <span>

namespace signet::audit {

// Safe for concurrent use.  Events of one thread keep their order.
class AuditStore {
public:
    virtual ~AuditStore() = default;
    // Takes the event and returns at once; it is written soon.  If writing fails the operations
    // log says so and the event waits in a bounded buffer; what does not fit is counted, and the
    // count is the next event written ("audit.gap").
    virtual void record(Event event) = 0;
    // Returns when all of them are synced to disk.  May block: never on an I/O thread.  An event
    // whose id was written already is skipped, so that an outbox may be replayed after a crash.
    virtual Result<void, StoreFault> write_through(std::span<const Event> events) = 0;
};

}  // namespace signet::audit

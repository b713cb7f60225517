// Carries events from the spool's outbox to the audit log, in their order, on a thread of its own.
// An event is in the outbox from its commit until it is in the log, so that a crash loses none.
#pragma once

#include "audit/audit_store.h"
#include "store/rocksdb_database.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace signet::store {

class Outbox {
public:
    // `forget` is called with the number up to which the rows are no longer needed.
    Outbox(Database& database, audit::AuditStore& audit, std::function<void(std::uint64_t)> forget);
    ~Outbox();

    // Rows from `first` on; call once.
    void start(std::uint64_t first);
    void written(std::uint64_t last);
    std::uint64_t waiting() const;  // events that are not in the audit log yet
    // Tries once more to bring everything over, then ends the thread.
    void stop();

private:
    void run();
    bool bring_over();  // a few rows; false: they could not be read or written

    Database& database_;
    audit::AuditStore& audit_;
    const std::function<void(std::uint64_t)> forget_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::uint64_t last_ = 0;
    std::uint64_t next_ = 1;  // changed by the thread alone
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace signet::store

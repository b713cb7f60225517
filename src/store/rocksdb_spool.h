// What the parts of the RocksDB queue share: one spool, open and locked.
#pragma once

#include "audit/audit_store.h"
#include "base/ulid.h"
#include "net/worker_pool.h"
#include "store/rocksdb_committer.h"
#include "store/rocksdb_outbox.h"
#include "store/rocksdb_queue.h"
#include "store/spool_files.h"

#include <atomic>

namespace signet::store {

inline constexpr std::size_t kInlineContent = 65'536;  // octets; more is a file of its own
inline constexpr std::size_t kContentPart = 65'536;    // octets that a reader gives at once

// Whether there is room for new messages.  Safe for concurrent use.
class SpaceGauge {
public:
    SpaceGauge(const SpoolFiles& files, std::uint64_t reserve) : files_(files), reserve_(reserve) {}

    // full, unavailable: nothing more may be accepted.  Looks at the disk when the last look is old
    // (it may block then).
    Result<void, StoreFault> check();
    // The last answer if it is recent enough; nothing: call check() where it may block.
    std::optional<Result<void, StoreFault>> recent() const;

private:
    const SpoolFiles& files_;
    const std::uint64_t reserve_;             // octets
    std::atomic<std::int64_t> looked_at_{0};  // steady clock, milliseconds; 0: never
    std::atomic<int> fault_{-1};              // a StoreFault, or -1
};

struct Spool {
    Spool(RocksQueueParts with, std::shared_ptr<SpoolFiles> in, std::unique_ptr<Database> of,
          std::uint64_t reserve);
    ~Spool();
    // From now on calls are served.
    void start(EventRange events, std::function<void(std::chrono::duration<double>)> on_sync);

    RocksQueueParts parts;
    std::shared_ptr<SpoolFiles> files;
    std::unique_ptr<Database> database;
    SharedClaims claims;
    SpaceGauge space;
    Outbox outbox;
    std::unique_ptr<Committer> committer;
};

// An event of the spool's own making.
audit::Event spool_event(const RocksQueueParts& parts, std::string name, audit::Severity severity,
                         std::string detail);

// Takes a damaged entry out of the queue, where it blocks nobody, and reports it.
Task<void> set_aside(Spool& spool, queue::QueueId id, std::string why);

}  // namespace signet::store

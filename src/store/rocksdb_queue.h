// The spool: a queue::QueueStore that keeps its promise through crashes and power cuts.
//
// A commit returns after the sync of its group (store/rocksdb_committer.h).  Content up to 64 KiB
// lies in the database; more is a file of its own, synced with its directory before the record that
// speaks of it is written.  What is read is checked against its checksum; what is damaged is set
// aside and reported, and blocks nobody.  The format: docs/reference/queue-format.md.
//
// Faults: full when the free space comes near the reserve, before anything is promised;
// unavailable from a failed write or sync until the spool was opened anew by itself.
#pragma once

#include "audit/audit_store.h"
#include "base/clock.h"
#include "base/ulid.h"
#include "net/worker_pool.h"
#include "queue/queue_store.h"
#include "store/claims.h"
#include "store/spool_files.h"

#include <filesystem>
#include <functional>
#include <span>

namespace signet::store {

struct RocksQueueOptions {
    std::filesystem::path directory;           // its parent exists
    std::uint64_t message_limit = 52'428'800;  // octets, of one message
    std::uint64_t least_reserve = 67'108'864;  // octets
    // How long each group took to write and sync.  On the committer's thread.
    std::function<void(std::chrono::duration<double>)> on_sync = {};
    // Kept free on the disk, so that deliveries go on and the log can be written: the larger of
    // least_reserve and twice the message limit.
    std::uint64_t reserve() const { return std::max(least_reserve, 2 * message_limit); }
};

// All of them outlive the queue.  `disk` does what would block: give it two threads or more.
struct RocksQueueParts {
    const Clock& clock;
    UlidSource& ids;
    audit::AuditStore& audit;
    net::WorkerPool& disk;
};

// What was found at the start.  Every sentence of `damage` is for the administrator, and is in the
// audit log too (queue.damaged).
struct SpoolReport {
    std::size_t entries = 0;
    std::size_t events = 0;       // of the life before, now on their way to the audit log
    std::size_t swept_files = 0;  // content of messages that were never accepted
    std::vector<std::string> damage;
};

struct Spool;

// Safe for concurrent use.  Drafts and readers must not outlive it, and no call may be under way
// when it goes.
class RocksQueue final : public queue::QueueStore {
public:
    // May block for seconds: at start, before there are I/O threads.
    static Result<std::unique_ptr<RocksQueue>, SpoolFault> open(const RocksQueueOptions& options,
                                                                RocksQueueParts parts);
    ~RocksQueue() override;

    const SpoolReport& report() const { return report_; }
    std::size_t size() const;  // entries
    bool healthy() const;      // false: unavailable just now
    QueueTally tally() const;  // see Claims::tally
    // What begin() would say of the free space.  May block for a moment.
    Result<void, StoreFault> has_room() const;
    std::uint64_t waiting_events() const;  // on their way to the audit log

    Task<Result<std::unique_ptr<queue::Draft>, StoreFault>> begin() override;
    Task<Result<std::vector<queue::Lease>, StoreFault>> claim(queue::ClaimRequest request) override;
    Task<Result<std::unique_ptr<queue::ContentReader>, StoreFault>> content(
        queue::QueueId id) override;
    Task<Result<void, StoreFault>> settle(queue::Lease lease, queue::Outcome outcome) override;
    Task<Result<std::vector<queue::Entry>, StoreFault>> list(queue::QueueId after,
                                                             std::size_t count) override;
    Task<Result<std::optional<queue::Entry>, StoreFault>> find(queue::QueueId id) override;
    Task<Result<bool, StoreFault>> edit(queue::QueueId id, queue::Edit edit) override;

private:
    RocksQueue(std::unique_ptr<Spool> spool, SpoolReport report);
    void set_states(std::span<queue::Entry> entries) const;
    void give_back(const std::vector<Claim>& claimed);

    std::unique_ptr<Spool> spool_;
    const SpoolReport report_;
};

}  // namespace signet::store

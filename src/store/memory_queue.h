// A queue in memory: for tests, and to see the whole of floor 5 work in milliseconds.  It forgets
// everything with the process, so nothing that promises to keep mail may be built over it.
#pragma once

#include "audit/audit_store.h"
#include "base/clock.h"
#include "base/ulid.h"
#include "queue/queue_store.h"
#include "store/claims.h"

#include <map>
#include <mutex>

namespace signet::store {

struct MemoryQueueLimits {
    std::uint64_t octets = 268'435'456;  // content of all messages; beyond it StoreFault::full
};

// Safe for concurrent use.  Drafts and readers must not outlive the store.
class MemoryQueue final : public queue::QueueStore {
public:
    MemoryQueue(const Clock& clock, UlidSource& ids, audit::AuditStore& audit,
                MemoryQueueLimits limits = {});

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
    friend class MemoryDraft;
    struct Kept {
        queue::Entry entry;
        std::shared_ptr<const std::string> content;  // without prepend; a reader may outlive it
    };
    Result<void, StoreFault> keep(queue::Entry entry, std::string content);  // under mutex_
    // All of them, or none.
    Result<void, StoreFault> keep_reports(const std::vector<queue::Report>& reports);
    Result<void, StoreFault> settle_now(const queue::Lease& lease, const queue::Outcome& outcome);
    Result<void, StoreFault> change(queue::Entry& entry, queue::Edit::Kind kind);
    queue::Entry with_state(const queue::QueueId& id) const;
    void drop(const queue::QueueId& id);
    void record(std::vector<audit::Event> events);

    const Clock& clock_;
    UlidSource& ids_;
    audit::AuditStore& audit_;
    const MemoryQueueLimits limits_;
    std::mutex mutex_;
    std::map<queue::QueueId, Kept> kept_;
    Claims claims_;
    std::uint64_t octets_ = 0;
};

}  // namespace signet::store

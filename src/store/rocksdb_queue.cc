#include "store/rocksdb_queue.h"

#include "queue/record.h"
#include "store/rocksdb_draft.h"
#include "store/rocksdb_keys.h"
#include "store/rocksdb_plans.h"
#include "store/rocksdb_reader.h"
#include "store/rocksdb_spool.h"

namespace signet::store {
namespace {

constexpr std::size_t kMaxList = 1'000;

// An entry, or that it is gone, or that it cannot be read.
using Read = Result<std::optional<queue::Entry>, StoreFault>;

Read read_entry(const Database& database, const queue::QueueId& id) {
    const auto record = database.get(key::entry(id));
    if (!record) return fail(record.error());
    if (!*record) return std::optional<queue::Entry>{};
    auto entry = queue::decode_entry(**record);
    if (!entry) return fail(StoreFault::corrupt);
    return std::move(*entry);
}

constexpr auto kUnreadable = "its record cannot be read";

}  // namespace

RocksQueue::RocksQueue(std::unique_ptr<Spool> spool, SpoolReport report)
    : spool_(std::move(spool)), report_(std::move(report)) {}

RocksQueue::~RocksQueue() = default;

std::size_t RocksQueue::size() const {
    const std::lock_guard lock{spool_->claims.mutex};
    return spool_->claims.claims.size();
}

QueueTally RocksQueue::tally() const {
    const std::lock_guard lock{spool_->claims.mutex};
    return spool_->claims.claims.tally(spool_->parts.clock.steady());
}

Result<void, StoreFault> RocksQueue::has_room() const { return spool_->space.check(); }

bool RocksQueue::healthy() const { return spool_->committer->healthy(); }

std::uint64_t RocksQueue::waiting_events() const { return spool_->outbox.waiting(); }

Task<Result<std::unique_ptr<queue::Draft>, StoreFault>> RocksQueue::begin() {
    if (!healthy()) co_return fail(StoreFault::unavailable);
    auto room = spool_->space.recent();
    if (!room) {
        room = fail(StoreFault::unavailable);
        co_await spool_->parts.disk.run([&] { room = spool_->space.check(); });
    }
    if (!*room) co_return fail(room->error());
    co_return std::make_unique<RocksDraft>(spool_->parts.ids.next(), *spool_);
}

Task<Result<std::vector<queue::Lease>, StoreFault>> RocksQueue::claim(queue::ClaimRequest request) {
    std::vector<Claim> claimed;
    {
        const std::lock_guard lock{spool_->claims.mutex};
        claimed = spool_->claims.claims.claim(request, spool_->parts.clock.steady());
    }
    if (claimed.empty()) co_return std::vector<queue::Lease>{};

    std::vector<Read> read;
    const bool ran = co_await spool_->parts.disk.run([&] {
        for (const auto& one : claimed) read.push_back(read_entry(*spool_->database, one.id));
    });
    std::vector<queue::Lease> leases;
    std::vector<Claim> unread;
    for (std::size_t i = 0; i < claimed.size(); ++i) {
        auto entry = ran ? std::move(read[i]) : Read{fail(StoreFault::unavailable)};
        if (entry && *entry) {
            (*entry)->state = queue::State::active;
            leases.push_back(
                {std::move(**entry), claimed[i].token, request.now + request.lease_time});
        } else if (!entry && entry.error() == StoreFault::corrupt) {
            co_await set_aside(*spool_, claimed[i].id, kUnreadable);
        } else if (!entry) {
            unread.push_back(claimed[i]);
        }
    }
    give_back(unread);
    if (leases.empty() && !unread.empty()) co_return fail(StoreFault::unavailable);
    co_return leases;
}

void RocksQueue::give_back(const std::vector<Claim>& claimed) {
    const std::lock_guard lock{spool_->claims.mutex};
    for (const auto& one : claimed) spool_->claims.claims.give_back(one);
}

Task<Result<std::unique_ptr<queue::ContentReader>, StoreFault>> RocksQueue::content(
    queue::QueueId id) {
    if (!is_ulid(id)) co_return fail(StoreFault::conflict);
    Result<std::unique_ptr<RocksReader>, StoreFault> reader = fail(StoreFault::unavailable);
    co_await spool_->parts.disk.run([&] { reader = RocksReader::open(*spool_, id); });
    if (!reader && reader.error() == StoreFault::corrupt) {
        co_await set_aside(*spool_, id, "its content is missing or not as it was written");
    }
    if (!reader) co_return fail(reader.error());
    co_return std::move(*reader);
}

Task<Result<void, StoreFault>> RocksQueue::settle(queue::Lease lease, queue::Outcome outcome) {
    co_return co_await spool_->committer->commit(
        lease.entry.id, [&] { return plan_settle(*spool_, lease, std::move(outcome)); });
}

Task<Result<std::vector<queue::Entry>, StoreFault>> RocksQueue::list(queue::QueueId after,
                                                                     std::size_t count) {
    std::vector<queue::Entry> entries;
    const auto wanted = std::min(count, kMaxList);
    Result<void, StoreFault> scanned = fail(StoreFault::unavailable);
    const auto visit = [&](std::string_view, std::string_view record) {
        if (entries.size() == wanted) return false;
        if (auto entry = queue::decode_entry(record)) entries.push_back(std::move(*entry));
        return true;
    };
    co_await spool_->parts.disk.run([&] {
        const auto from = key::entry(after) + '\0';  // the first key behind it
        scanned = spool_->database->scan(key::kEntries, from, visit);
    });
    if (!scanned) co_return fail(scanned.error());
    set_states(entries);
    co_return entries;
}

void RocksQueue::set_states(std::span<queue::Entry> entries) const {
    const auto now = spool_->parts.clock.steady();
    const std::lock_guard lock{spool_->claims.mutex};
    for (auto& entry : entries) entry.state = spool_->claims.claims.state_of(entry.id, now);
}

Task<Result<std::optional<queue::Entry>, StoreFault>> RocksQueue::find(queue::QueueId id) {
    if (!is_ulid(id)) co_return std::optional<queue::Entry>{};
    Read entry = fail(StoreFault::unavailable);
    co_await spool_->parts.disk.run([&] { entry = read_entry(*spool_->database, id); });
    if (!entry && entry.error() == StoreFault::corrupt) {
        co_await set_aside(*spool_, id, kUnreadable);
    }
    if (entry && *entry) set_states({&**entry, 1});
    co_return entry;
}

Task<Result<bool, StoreFault>> RocksQueue::edit(queue::QueueId id, queue::Edit edit) {
    if (!is_ulid(id)) co_return false;
    bool found = false;
    const auto done = co_await spool_->committer->commit(
        id, [&] { return plan_edit(*spool_, id, std::move(edit), found); });
    if (!done) co_return fail(done.error());
    co_return found;
}

}  // namespace signet::store

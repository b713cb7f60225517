#include "store/rocksdb_spool.h"

#include "store/rocksdb_plans.h"

#include <chrono>

namespace signet::store {
namespace {

constexpr std::int64_t kRecent = 100;        // ms
constexpr std::uint64_t kReserveFiles = 64;  // the database makes a few of its own

std::int64_t now_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::floor<std::chrono::milliseconds>(now).count();
}

Result<void, StoreFault> answer(int fault) {
    if (fault < 0) return {};
    return fail(static_cast<StoreFault>(fault));
}

// A lease of a life before must not fit one of this life.
std::uint64_t first_token(const Clock& clock) {
    return static_cast<std::uint64_t>(clock.wall().time_since_epoch().count());
}

}  // namespace

Result<void, StoreFault> SpaceGauge::check() {
    if (const auto last = recent(); last) return *last;
    const auto free = files_.free_space();
    int fault = -1;
    if (!free) {
        fault = static_cast<int>(free.error());
    } else if (free->octets < reserve_ || free->files < kReserveFiles) {
        fault = static_cast<int>(StoreFault::full);
    }
    fault_ = fault;
    looked_at_ = now_ms();
    return answer(fault);
}

std::optional<Result<void, StoreFault>> SpaceGauge::recent() const {
    const auto looked_at = looked_at_.load();
    if (looked_at == 0 || now_ms() - looked_at > kRecent) return {};
    return answer(fault_);
}

Spool::Spool(RocksQueueParts with, std::shared_ptr<SpoolFiles> in, std::unique_ptr<Database> of,
             std::uint64_t reserve)
    : parts(with),
      files(std::move(in)),
      database(std::move(of)),
      claims(first_token(parts.clock)),
      space(*files, reserve),
      outbox(*database, parts.audit,
             [this](std::uint64_t up_to) { committer->forget_events(up_to); }) {}

Spool::~Spool() {
    outbox.stop();  // first: the committer still erases what it brought over
    committer.reset();
}

void Spool::start(EventRange events, std::function<void(std::chrono::duration<double>)> on_sync) {
    const auto remove = [this](const queue::QueueId& id) {
        // Deleting a large file takes a while; if the pool is busy the committer does it itself.
        auto kept = files;
        if (!parts.disk.post([kept, id] { kept->remove(id); })) kept->remove(id);
    };
    committer = std::make_unique<Committer>(
        *database, claims, events,
        CommitterHooks{[this](std::uint64_t last) { outbox.written(last); }, remove,
                       std::move(on_sync)});
    outbox.start(events.first);
    outbox.written(events.last);
}

audit::Event spool_event(const RocksQueueParts& parts, std::string name, audit::Severity severity,
                         std::string detail) {
    audit::Event event;
    event.time = parts.clock.wall();
    event.id = parts.ids.next();
    event.event = std::move(name);
    event.outcome = audit::Outcome::error;
    event.reason = "corrupt";
    event.severity = severity;
    event.service = "queue";
    event.detail = std::move(detail);
    return event;
}

Task<void> set_aside(Spool& spool, queue::QueueId id, std::string why) {
    auto event = spool_event(spool.parts, "message.quarantined", audit::Severity::critical,
                             "message " + id + " was set aside: " + why);
    event.message.emplace().queue_id = id;
    // If this fails the entry is met again, and set aside then.
    (void)co_await spool.committer->commit(
        id, [&] { return plan_set_aside(spool, id, std::move(event)); });
}

}  // namespace signet::store

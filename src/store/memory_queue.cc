#include "store/memory_queue.h"

#include "queue/entry.h"

#include <algorithm>
#include <utility>

namespace signet::store {
namespace {

constexpr std::size_t kPart = 65'536;
constexpr std::size_t kMaxList = 1'000;

class MemoryReader final : public queue::ContentReader {
public:
    MemoryReader(std::string prepend, std::shared_ptr<const std::string> content)
        : prepend_(std::move(prepend)), content_(std::move(content)) {}

    Task<Result<std::string, StoreFault>> read() override {
        std::string part;
        if (at_ < prepend_.size()) part = prepend_.substr(at_, kPart);
        const auto offset = at_ + part.size() - prepend_.size();
        if (at_ + part.size() >= prepend_.size()) {
            part += content_->substr(offset, kPart - part.size());
        }
        at_ += part.size();
        co_return part;
    }

private:
    const std::string prepend_;
    const std::shared_ptr<const std::string> content_;
    std::size_t at_ = 0;
};

}  // namespace

class MemoryDraft final : public queue::Draft {
public:
    MemoryDraft(queue::QueueId id, MemoryQueue& store) : Draft(std::move(id)), store_(store) {}

    Task<Result<void, StoreFault>> append(std::string_view content) override {
        if (spent_) co_return fail(StoreFault::conflict);
        const std::lock_guard lock{store_.mutex_};
        spent_ = store_.octets_ + content_.size() + content.size() > store_.limits_.octets;
        if (spent_) co_return fail(StoreFault::full);
        content_ += content;
        co_return Result<void, StoreFault>{};
    }

private:
    Task<Result<void, StoreFault>> do_commit(queue::MessageInfo info, audit::Event event,
                                             queue::ToldAtOnce told) override {
        if (std::exchange(spent_, true)) co_return fail(StoreFault::conflict);
        auto entry = queue::new_entry(id(), std::move(info), content_.size());
        if (!entry) co_return fail(entry.error());
        const std::lock_guard lock{store_.mutex_};
        if (const auto kept = store_.keep(std::move(*entry), std::move(content_)); !kept) {
            co_return kept;
        }
        const auto kept = store_.keep_reports(told.reports);
        if (!kept) {
            store_.drop(id());
            co_return kept;
        }
        store_.audit_.record(std::move(event));
        store_.record(std::move(told.events));
        co_return kept;
    }

    MemoryQueue& store_;
    std::string content_;
    bool spent_ = false;
};

MemoryQueue::MemoryQueue(const Clock& clock, UlidSource& ids, audit::AuditStore& audit,
                         MemoryQueueLimits limits)
    : clock_(clock), ids_(ids), audit_(audit), limits_(limits) {}

Task<Result<std::unique_ptr<queue::Draft>, StoreFault>> MemoryQueue::begin() {
    co_return std::make_unique<MemoryDraft>(ids_.next(), *this);
}

Task<Result<std::vector<queue::Lease>, StoreFault>> MemoryQueue::claim(
    queue::ClaimRequest request) {
    const std::lock_guard lock{mutex_};
    std::vector<queue::Lease> leases;
    const auto claimed = claims_.claim(request, clock_.steady());
    leases.reserve(claimed.size());
    for (const auto& [id, token] : claimed) {
        leases.push_back({with_state(id), token, request.now + request.lease_time});
    }
    co_return leases;
}

Task<Result<std::unique_ptr<queue::ContentReader>, StoreFault>> MemoryQueue::content(
    queue::QueueId id) {
    const std::lock_guard lock{mutex_};
    const auto found = kept_.find(id);
    if (found == kept_.end()) co_return fail(StoreFault::conflict);
    co_return std::make_unique<MemoryReader>(found->second.entry.info.prepend,
                                             found->second.content);
}

Task<Result<void, StoreFault>> MemoryQueue::settle(queue::Lease lease, queue::Outcome outcome) {
    const std::lock_guard lock{mutex_};
    const auto settled = settle_now(lease, outcome);
    if (settled) record(std::move(outcome.events));
    co_return settled;
}

Result<void, StoreFault> MemoryQueue::keep_reports(const std::vector<queue::Report>& reports) {
    std::vector<queue::QueueId> made;
    for (const auto& report : reports) {
        auto entry = queue::new_entry(report.id, report.info, report.content.size());
        const auto kept = entry ? keep(std::move(*entry), report.content) : fail(entry.error());
        if (!kept) {
            std::ranges::for_each(made, [this](const auto& one) { drop(one); });
            return kept;
        }
        made.push_back(report.id);
    }
    return {};
}

Result<void, StoreFault> MemoryQueue::settle_now(const queue::Lease& lease,
                                                 const queue::Outcome& outcome) {
    const auto& id = lease.entry.id;
    if (!claims_.holds(id, lease.token)) return fail(StoreFault::conflict);
    auto after = kept_.at(id).entry;
    const auto stays = queue::apply(outcome, after);
    if (!stays) return fail(stays.error());

    if (const auto kept = keep_reports(outcome.reports); !kept) return kept;

    if (*stays) {
        claims_.put(id, after.due, weight_of(after), claims_.is_held(id));
        kept_.at(id).entry = std::move(after);
    } else {
        drop(id);
    }
    return {};
}

Task<Result<std::vector<queue::Entry>, StoreFault>> MemoryQueue::list(queue::QueueId after,
                                                                      std::size_t count) {
    const std::lock_guard lock{mutex_};
    std::vector<queue::Entry> entries;
    const auto wanted = std::min(count, kMaxList);
    for (auto at = kept_.upper_bound(after); at != kept_.end() && entries.size() < wanted; ++at) {
        entries.push_back(with_state(at->first));
    }
    co_return entries;
}

Task<Result<std::optional<queue::Entry>, StoreFault>> MemoryQueue::find(queue::QueueId id) {
    const std::lock_guard lock{mutex_};
    const auto found = kept_.find(id);
    if (found == kept_.end()) co_return std::optional<queue::Entry>{};
    co_return with_state(id);
}

Task<Result<bool, StoreFault>> MemoryQueue::edit(queue::QueueId id, queue::Edit edit) {
    const std::lock_guard lock{mutex_};
    const auto found = kept_.find(id);
    if (found == kept_.end()) co_return false;
    const auto changed = change(found->second.entry, edit.kind);
    if (!changed) co_return fail(changed.error());
    audit_.record(std::move(edit.event));
    co_return true;
}

Result<void, StoreFault> MemoryQueue::change(queue::Entry& entry, queue::Edit::Kind kind) {
    using Kind = queue::Edit::Kind;
    const bool leased = claims_.is_leased(entry.id, clock_.steady());
    if (leased && (kind == Kind::remove || kind == Kind::hold)) return fail(StoreFault::conflict);
    if (leased) return {};  // it is being tried this very moment
    if (kind == Kind::remove) {
        drop(queue::QueueId{entry.id});
        return {};
    }
    if (kind != Kind::hold) entry.due = clock_.wall();
    const bool held = kind == Kind::hold || (kind == Kind::retry_now && claims_.is_held(entry.id));
    claims_.put(entry.id, entry.due, weight_of(entry), held);
    return {};
}

queue::Entry MemoryQueue::with_state(const queue::QueueId& id) const {
    auto entry = kept_.at(id).entry;
    entry.state = claims_.state_of(id, clock_.steady());
    return entry;
}

Result<void, StoreFault> MemoryQueue::keep(queue::Entry entry, std::string content) {
    if (octets_ + content.size() > limits_.octets) return fail(StoreFault::full);
    if (kept_.contains(entry.id)) return fail(StoreFault::conflict);
    octets_ += content.size();
    claims_.put(entry.id, entry.due, weight_of(entry));
    const auto id = entry.id;
    kept_.emplace(id,
                  Kept{std::move(entry), std::make_shared<const std::string>(std::move(content))});
    return {};
}

void MemoryQueue::drop(const queue::QueueId& id) {
    const auto found = kept_.find(id);
    if (found == kept_.end()) return;
    octets_ -= found->second.content->size();
    kept_.erase(found);
    claims_.erase(id);
}

void MemoryQueue::record(std::vector<audit::Event> events) {
    for (auto& event : events) audit_.record(std::move(event));
}

}  // namespace signet::store

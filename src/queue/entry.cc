#include "queue/entry.h"

#include <algorithm>
#include <utility>

namespace signet::queue {
namespace {

bool is_pending(const RecipientStatus& status) { return status.state == RecipientState::pending; }

RecipientState state_after(RecipientOutcome::Kind kind) {
    switch (kind) {
    case RecipientOutcome::Kind::delivered: return RecipientState::delivered;
    case RecipientOutcome::Kind::deferred: return RecipientState::pending;
    case RecipientOutcome::Kind::failed: return RecipientState::failed;
    }
    std::unreachable();
}

// Each names a pending recipient, and none is named twice.
bool fits(const Outcome& outcome, const Entry& entry) {
    std::vector<bool> named(entry.recipients.size());
    return std::ranges::all_of(outcome.recipients, [&](const RecipientOutcome& one) {
        const auto index = one.recipient;
        if (index >= named.size() || named[index]) return false;
        named[index] = true;
        return is_pending(entry.recipients[index]);
    });
}

}  // namespace

Result<Entry, StoreFault> new_entry(QueueId id, MessageInfo info, std::uint64_t content_octets) {
    const auto count = info.envelope.recipients.size();
    if (count == 0 || count > kMaxRecipients) return fail(StoreFault::conflict);
    if (info.prepend.size() > kMaxPrepend) return fail(StoreFault::conflict);
    Entry entry;
    entry.id = std::move(id);
    entry.content_octets = content_octets + info.prepend.size();
    entry.recipients.resize(count);
    entry.due = info.accepted;
    entry.info = std::move(info);
    return entry;
}

Result<bool, StoreFault> apply(const Outcome& outcome, Entry& entry) {
    if (!fits(outcome, entry)) return fail(StoreFault::conflict);
    for (const auto& one : outcome.recipients) {
        auto& status = entry.recipients[one.recipient];
        status.state = state_after(one.kind);
        status.last_reply = one.reply.substr(0, kMaxReply);
        status.delay_notified |= one.delay_notified;
    }
    if (!outcome.recipients.empty()) ++entry.attempts;
    entry.due = outcome.retry_at;
    return std::ranges::any_of(entry.recipients, is_pending);
}

}  // namespace signet::queue

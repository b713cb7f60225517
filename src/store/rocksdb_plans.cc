#include "store/rocksdb_plans.h"

#include "base/crc32c.h"
#include "queue/entry.h"
#include "queue/record.h"
#include "store/rocksdb_keys.h"

#include <algorithm>
#include <set>

namespace signet::store {
namespace {

bool has_file(const queue::Entry& entry) {
    return entry.content_octets - entry.info.prepend.size() > kInlineContent;
}

// The log skips an event that it has already, by its id: without one it could not.
void add_event(Spool& spool, Change& change, audit::Event event) {
    if (event.id.empty()) event.id = spool.parts.ids.next();
    change.events.push_back(queue::encode_event(std::move(event)));
}

Result<void, StoreFault> add_entry(Change& change, const queue::Entry& entry,
                                   DraftContent content) {
    auto record = queue::encode_entry(entry);
    if (!record) return fail(StoreFault::conflict);
    change.rows.push_back({key::entry(entry.id), std::move(*record), {}});
    change.rows.push_back(
        {key::content(entry.id), std::move(content.head), std::move(content.inlined)});
    change.due.push_back({entry.id, entry.due, weight_of(entry)});
    return {};
}

// A message that was never held, as nearly all, needs no tombstone for it.
void remove_entry(Change& change, const queue::Entry& entry, bool held) {
    if (held) change.erased.push_back(key::hold(entry.id));
    change.erased.push_back(key::entry(entry.id));
    change.erased.push_back(key::content(entry.id));
    change.gone.push_back({entry.id, has_file(entry)});
}

Result<void, StoreFault> add_report(Change& change, queue::Report report) {
    if (!is_ulid(report.id)) return fail(StoreFault::conflict);
    if (report.content.size() > kInlineContent) return fail(StoreFault::conflict);
    const auto entry = queue::new_entry(report.id, std::move(report.info), report.content.size());
    if (!entry) return fail(entry.error());
    const queue::ContentHead head{false, report.content.size(), crc32c(report.content)};
    return add_entry(change, *entry,
                     {queue::encode_content_head(head), std::move(report.content), false});
}

Result<std::optional<queue::Entry>, StoreFault> entry_of(Spool& spool, const queue::QueueId& id) {
    const auto record = spool.database->get(key::entry(id));
    if (!record) return fail(record.error());
    if (!*record) return std::optional<queue::Entry>{};
    auto entry = queue::decode_entry(**record);
    if (!entry) return fail(StoreFault::corrupt);
    return std::move(*entry);
}

// No report takes an id that is in use or wanted twice.
bool are_free(Spool& spool, const std::vector<queue::Report>& reports) {
    const std::lock_guard lock{spool.claims.mutex};
    std::set<queue::QueueId> ids;
    return std::ranges::all_of(reports, [&](const queue::Report& report) {
        return !spool.claims.claims.contains(report.id) && ids.insert(report.id).second;
    });
}

bool holds(Spool& spool, const queue::Lease& lease) {
    const std::lock_guard lock{spool.claims.mutex};
    return spool.claims.claims.holds(lease.entry.id, lease.token);
}

Result<void, StoreFault> add_reports(Spool& spool, Change& change,
                                     std::vector<queue::Report> reports) {
    if (!are_free(spool, reports)) return fail(StoreFault::conflict);
    for (auto& report : reports) {
        if (const auto added = add_report(change, std::move(report)); !added) return added;
    }
    return {};
}

bool is_leased(Spool& spool, const queue::QueueId& id) {
    const std::lock_guard lock{spool.claims.mutex};
    return spool.claims.claims.is_leased(id, spool.parts.clock.steady());
}

bool is_held(Spool& spool, const queue::QueueId& id) {
    const std::lock_guard lock{spool.claims.mutex};
    return spool.claims.claims.is_held(id);
}

Result<void, StoreFault> apply_edit(Spool& spool, Change& change, queue::Entry entry,
                                    queue::Edit::Kind kind) {
    using Kind = queue::Edit::Kind;
    const bool leased = is_leased(spool, entry.id);
    const bool was_held = is_held(spool, entry.id);
    if (leased && (kind == Kind::remove || kind == Kind::hold)) return fail(StoreFault::conflict);
    if (leased) return {};  // it is being tried this very moment
    if (kind == Kind::remove) {
        remove_entry(change, entry, was_held);
        return {};
    }
    if (kind == Kind::hold) change.rows.push_back({key::hold(entry.id), {}, {}});
    if (kind == Kind::release && was_held) change.erased.push_back(key::hold(entry.id));
    if (kind != Kind::hold) {
        entry.due = spool.parts.clock.wall();
        auto record = queue::encode_entry(entry);
        if (!record) return fail(StoreFault::corrupt);
        change.rows.push_back({key::entry(entry.id), std::move(*record), {}});
    }
    const bool held = kind == Kind::hold || (kind == Kind::retry_now && was_held);
    change.due.push_back({entry.id, entry.due, weight_of(entry), held});
    return {};
}

}  // namespace

Result<Change, StoreFault> plan_accept(Spool& spool, const queue::Entry& entry,
                                       DraftContent content, Accompanying with) {
    if (const auto room = spool.space.check(); !room) return fail(room.error());
    Change change;
    change.fresh = true;
    if (const auto added = add_entry(change, entry, std::move(content)); !added) {
        return fail(added.error());
    }
    if (const auto added = add_reports(spool, change, std::move(with.told.reports)); !added) {
        return fail(added.error());
    }
    add_event(spool, change, std::move(with.event));
    for (auto& event : with.told.events) add_event(spool, change, std::move(event));
    return change;
}

Result<Change, StoreFault> plan_settle(Spool& spool, const queue::Lease& lease,
                                       queue::Outcome outcome) {
    const auto& id = lease.entry.id;
    if (!holds(spool, lease)) return fail(StoreFault::conflict);
    auto entry = entry_of(spool, id);
    if (!entry) return fail(entry.error());
    if (!*entry) return fail(StoreFault::conflict);
    auto& now = **entry;
    const auto stays = queue::apply(outcome, now);
    if (!stays) return fail(stays.error());

    Change change;
    if (*stays) {
        auto record = queue::encode_entry(now);
        if (!record) return fail(StoreFault::conflict);
        change.rows.push_back({key::entry(id), std::move(*record), {}});
        change.due.push_back({id, now.due, weight_of(now), is_held(spool, id)});
    } else {
        remove_entry(change, now, is_held(spool, id));
    }
    if (const auto added = add_reports(spool, change, std::move(outcome.reports)); !added) {
        return fail(added.error());
    }
    for (auto& event : outcome.events) add_event(spool, change, std::move(event));
    return change;
}

Result<Change, StoreFault> plan_edit(Spool& spool, const queue::QueueId& id, queue::Edit edit,
                                     bool& found) {
    auto entry = entry_of(spool, id);
    if (!entry) return fail(entry.error());
    found = entry->has_value();
    Change change;
    if (!found) return change;
    if (const auto done = apply_edit(spool, change, std::move(**entry), edit.kind); !done) {
        return fail(done.error());
    }
    add_event(spool, change, std::move(edit.event));
    return change;
}

Result<Change, StoreFault> plan_set_aside(Spool& spool, const queue::QueueId& id,
                                          audit::Event event) {
    const auto key = key::entry(id);
    auto record = spool.database->get(key);
    if (!record) return fail(record.error());
    if (!*record) return fail(StoreFault::conflict);
    Change change;
    change.rows.push_back({key::quarantined(key), std::move(**record), {}});
    change.erased.push_back(key);
    if (is_held(spool, id)) change.erased.push_back(key::hold(id));
    change.gone.push_back({id, false});  // its content stays, for whoever looks into it
    add_event(spool, change, std::move(event));
    return change;
}

}  // namespace signet::store

// The queue: where a message is before it is somebody else's.
//
// RFC 5321 §6.1: after the 250 the message must not be lost, not even by a crash.  So the promise
// is a type: only Draft::commit makes an Accepted, and only submission/replies.h turns an Accepted
// into a 250.
//
// Conformance: tests/conformance/queue_store.h.  Every call may wait; none blocks the thread.
#pragma once

#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "queue/message.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signet::queue {

// The proof that a message is synced to disk.  Cannot be made elsewhere.
class Accepted {
public:
    const QueueId& id() const { return id_; }

private:
    friend class Draft;
    explicit Accepted(QueueId id) : id_(std::move(id)) {}
    QueueId id_;
};

// A message on its way in.  Dropped without commit it leaves nothing behind.  Memory is bounded:
// what does not fit a small buffer is written out as it comes.  Not safe for concurrent use.
class Draft {
public:
    virtual ~Draft() = default;
    const QueueId& id() const { return id_; }

    // full, unavailable: the message cannot be kept; drop the draft and answer 452 or 451.
    virtual Task<Result<void, StoreFault>> append(std::string_view content) = 0;

    // Synced with its record, content and `event` (message.accepted) in one commit, and with it
    // what its sender is to be told already.
    // A fault means that nothing was promised; the draft is spent.  conflict: it was spent before,
    // the message is not one (no recipient, or beyond the limits of queue/entry.h), or a report's
    // id is taken.
    Task<Result<Accepted, StoreFault>> commit(MessageInfo info, audit::Event event,
                                              ToldAtOnce told = {});

protected:
    explicit Draft(QueueId id) : id_(std::move(id)) {}

private:
    virtual Task<Result<void, StoreFault>> do_commit(MessageInfo info, audit::Event event,
                                                     ToldAtOnce told) = 0;
    QueueId id_;
};

// The content of a message, prepend first.
class ContentReader {
public:
    virtual ~ContentReader() = default;
    // The next part (at most 64 KiB), empty at the end.  corrupt: its checksum is wrong; what was
    // read so far must not be delivered.  (Checked before the first part is given out.)
    virtual Task<Result<std::string, StoreFault>> read() = 0;
};

// So one claim in four is for mail that was deferred.  It must not be starved by a day on which new
// mail never ends; but most of it will be deferred again, and holds its place for longest.
inline constexpr unsigned kFreshInARow = 3;

struct ClaimRequest {
    WallTime now{};
    std::size_t count = 1;
    std::chrono::seconds lease_time{600};
    // Not empty: this entry alone, due or not, held or not, unless somebody has it; and whoever's.
    QueueId only{};
    // What has to wait because others of its kind hold all that they may: entries of these owners
    // (queue/owner.h), and whatever was tried before.
    std::vector<std::string> passed_over{};
    bool fresh_only = false;
};

struct Edit {
    enum class Kind {
        retry_now,
        remove,
        hold,     // not given out by claim, and so neither tried nor given up, until it is released
        release,  // due now
    } kind = Kind::retry_now;
    audit::Event event;
};

class QueueStore {
public:
    virtual ~QueueStore() = default;
    virtual Task<Result<std::unique_ptr<Draft>, StoreFault>> begin() = 0;
    // Those due and not held, not leased to anyone.  Empty: nothing to do now.
    // Owners take turns, and of one owner the oldest due goes first: whoever comes while others
    // have many waiting goes when each of them has gone once more.  What was never tried goes
    // before what was, but for each kFreshInARow of it one that was tried goes, if one is due.
    // Turns go on from one call to the next, and begin anew with the process.
    virtual Task<Result<std::vector<Lease>, StoreFault>> claim(ClaimRequest request) = 0;
    // conflict: no such entry.
    virtual Task<Result<std::unique_ptr<ContentReader>, StoreFault>> content(QueueId id) = 0;
    // What it means for the entry: queue/entry.h.  A lease whose time is over still settles as
    // long as nobody else has claimed the entry: what was learnt is true.
    // unavailable, full: it may have become true or not; settle again with the same lease.
    // conflict: the entry is gone or someone else's, the outcome does not fit it, or a report's id
    // is taken; nothing was changed.
    virtual Task<Result<void, StoreFault>> settle(Lease lease, Outcome outcome) = 0;
    // By id (oldest first), those after `after`; count at most 1'000.
    virtual Task<Result<std::vector<Entry>, StoreFault>> list(QueueId after, std::size_t count) = 0;
    virtual Task<Result<std::optional<Entry>, StoreFault>> find(QueueId id) = 0;
    // false: no such entry.  conflict: it is being delivered just now (retry_now and release have
    // then nothing to do and say true).  What is held stays so when it is to be retried.  Whoever
    // had a lease that ran out may not settle any more when it was held meanwhile.
    virtual Task<Result<bool, StoreFault>> edit(QueueId id, Edit edit) = 0;
};

}  // namespace signet::queue

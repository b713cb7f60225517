// The one thread that writes to the spool's database.  What has gathered while the last group was
// being synced is the next group: one write and one sync for all of it, however many wait.
#pragma once

#include "base/task.h"
#include "net/resume.h"
#include "store/claims.h"
#include "store/rocksdb_database.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

namespace signet::store {

// What one call does to the spool.  It becomes true with its group, or not at all.
struct Change {
    struct Row {
        std::string key, head, tail;  // the value is head and tail
    };
    struct Gone {
        queue::QueueId id;
        bool in_file = false;  // its content is in body/
    };
    struct Due {
        queue::QueueId id;
        WallTime when{};
        Weight weight{};
        bool held = false;
    };
    std::vector<Row> rows;
    std::vector<std::string> erased;  // keys
    std::vector<std::string> events;  // records for the outbox
    std::vector<Due> due;             // entries that are there now, or moved
    std::vector<Gone> gone;           // entries that are there no more
    bool fresh = false;  // `due` was promised to nobody yet: after a fault it must not be found
};

// Decides on the committer's thread, where nothing changes meanwhile; sees what all calls before
// it did.  A fault is the caller's answer and leaves its group as it is.
using Plan = std::move_only_function<Result<Change, StoreFault>()>;

// Which entries there are and who has them, shared by the committer and those who claim.
struct SharedClaims {
    explicit SharedClaims(std::uint64_t last_token) : claims(last_token) {}
    std::mutex mutex;
    Claims claims;
};

// Numbers of the rows in the outbox.
struct EventRange {
    std::uint64_t first = 1;
    std::uint64_t last = 0;  // before `first`: there are none
};

// Called on the committer's thread.
struct CommitterHooks {
    std::function<void(std::uint64_t)> events_written;  // they may be read up to this number
    std::function<void(const queue::QueueId&)> body_gone;
    std::function<void(std::chrono::duration<double>)> synced = {};  // how long a group took
};

class Committer {
public:
    Committer(Database& database, SharedClaims& claims, EventRange events, CommitterHooks hooks);
    ~Committer();  // finishes what is queued

    // `id` is the entry that the plan speaks of.  Synced when it returns.  Safe for concurrent use.
    Task<Result<void, StoreFault>> commit(queue::QueueId id, Plan plan);
    // The events up to here are in the audit log: their rows go with the next write.
    void forget_events(std::uint64_t up_to);
    // False after a write failed, until the database was recovered; commits then fail at once.
    bool healthy() const { return healthy_.load(std::memory_order_relaxed); }

private:
    using Answer = Result<void, StoreFault>;
    struct Request {
        queue::QueueId id;
        Plan plan;
        net::Resume<Answer> resume;
    };
    struct Planned {
        Change change;
        std::uint64_t first_event = 0;
        net::Resume<Answer> resume;
    };

    struct Inbox {
        std::mutex mutex;
        std::condition_variable wake;
        std::deque<Request> requests;
        std::uint64_t forget_to = 0;
        bool stopping = false;
    };
    // What groups leave whose write failed.
    struct Doubts {
        std::vector<std::string> unpromised_keys;  // must not be found
        std::vector<queue::QueueId> unpromised;
        std::set<queue::QueueId> entries;  // to be read again
    };

    void run();
    std::deque<Request> take();
    void serve(std::deque<Request> requests);
    void plan_group(std::deque<Request>& requests, std::vector<Planned>& group);
    void add_to_batch(const Change& change);
    void erase_forgotten_events();
    void finish(std::vector<Planned>& group);
    void fail_group(std::vector<Planned>& group, StoreFault fault);
    void try_to_recover();
    Result<void, StoreFault> settle_doubts();
    Result<void, StoreFault> read_again(const queue::QueueId& id);

    Database& database_;
    SharedClaims& claims_;
    const CommitterHooks hooks_;

    Inbox inbox_;
    std::atomic<bool> healthy_{true};

    // The committer's own.
    Database::Batch batch_;
    std::uint64_t last_event_;
    std::uint64_t erased_to_;
    Doubts doubts_;
    std::thread thread_;
};

}  // namespace signet::store

#include "store/rocksdb_committer.h"

#include "queue/record.h"
#include "store/rocksdb_keys.h"

#include <pthread.h>

namespace signet::store {
namespace {

constexpr std::size_t kMaxGroup = 1'024;                // calls
constexpr std::size_t kMaxGroupOctets = 8'388'608;      // of the batch
constexpr std::chrono::milliseconds kForgetAfter{200};  // outbox rows, when nothing else is written
constexpr std::chrono::milliseconds kRetry{500};        // between attempts to recover

}  // namespace

Committer::Committer(Database& database, SharedClaims& claims, EventRange events,
                     CommitterHooks hooks)
    : database_(database),
      claims_(claims),
      hooks_(std::move(hooks)),
      last_event_(events.last),
      erased_to_(events.first - 1) {
    inbox_.forget_to = erased_to_;
    thread_ = std::thread{[this] { run(); }};
}

Committer::~Committer() {
    {
        const std::lock_guard lock{inbox_.mutex};
        inbox_.stopping = true;
    }
    inbox_.wake.notify_one();
    thread_.join();
}

Task<Result<void, StoreFault>> Committer::commit(queue::QueueId id, Plan plan) {
    if (!healthy()) co_return fail(StoreFault::unavailable);
    co_return co_await net::suspend<Answer>([&](net::Resume<Answer> resume) {
        {
            const std::lock_guard lock{inbox_.mutex};
            inbox_.requests.push_back({std::move(id), std::move(plan), std::move(resume)});
        }
        inbox_.wake.notify_one();
    });
}

void Committer::forget_events(std::uint64_t up_to) {
    {
        const std::lock_guard lock{inbox_.mutex};
        inbox_.forget_to = std::max(inbox_.forget_to, up_to);
    }
    inbox_.wake.notify_one();
}

void Committer::run() {
    ::pthread_setname_np(::pthread_self(), "committer");
    for (bool stopping = false; !stopping;) {
        auto requests = take();
        if (healthy()) {
            serve(std::move(requests));
        } else {
            for (auto& request : requests) request.resume(fail(StoreFault::unavailable));
            try_to_recover();
        }
        const std::lock_guard lock{inbox_.mutex};
        stopping = inbox_.stopping && inbox_.requests.empty();
    }
}

std::deque<Committer::Request> Committer::take() {
    std::unique_lock lock{inbox_.mutex};
    const auto called = [this] { return inbox_.stopping || !inbox_.requests.empty(); };
    if (!healthy()) {
        inbox_.wake.wait_for(lock, kRetry, called);
    } else {
        inbox_.wake.wait(lock, [&] { return called() || inbox_.forget_to > erased_to_; });
        // Rows that go alone can wait a little for a group to take them along.
        if (!called()) inbox_.wake.wait_for(lock, kForgetAfter, called);
    }
    return std::exchange(inbox_.requests, {});
}

void Committer::serve(std::deque<Request> requests) {
    do {
        batch_.clear();
        std::vector<Planned> group;
        plan_group(requests, group);
        erase_forgotten_events();
        if (batch_.empty() && group.empty()) continue;
        const auto sync = group.empty() ? Database::Sync::no : Database::Sync::yes;
        const auto began = std::chrono::steady_clock::now();
        const auto written = database_.write(batch_, sync);
        if (hooks_.synced && sync == Database::Sync::yes) {
            hooks_.synced(std::chrono::steady_clock::now() - began);
        }
        if (written) {
            finish(group);
        } else {
            fail_group(group, written.error());
            for (auto& request : requests) request.resume(fail(StoreFault::unavailable));
            return;
        }
    } while (!requests.empty());
}

void Committer::plan_group(std::deque<Request>& requests, std::vector<Planned>& group) {
    std::set<queue::QueueId> touched;
    while (!requests.empty() && group.size() < kMaxGroup && batch_.octets() < kMaxGroupOctets) {
        auto& request = requests.front();
        if (touched.contains(request.id)) return;  // it must see what the one before it did
        if (auto change = request.plan(); change) {
            touched.insert(request.id);
            for (const auto& due : change->due) touched.insert(due.id);
            const auto first_event = last_event_ + 1;
            add_to_batch(*change);
            group.push_back({std::move(*change), first_event, std::move(request.resume)});
        } else {
            request.resume(fail(change.error()));
        }
        requests.pop_front();
    }
}

void Committer::add_to_batch(const Change& change) {
    for (const auto& [key, head, tail] : change.rows) batch_.put(key, head, tail);
    for (const auto& key : change.erased) batch_.erase(key);
    for (const auto& event : change.events) batch_.put(key::event(++last_event_), event);
}

void Committer::erase_forgotten_events() {
    std::uint64_t forget_to = 0;
    {
        const std::lock_guard lock{inbox_.mutex};
        forget_to = inbox_.forget_to;
    }
    // If the write fails they are written to the audit log once more, which skips them.
    while (erased_to_ < forget_to) batch_.erase(key::event(++erased_to_));
}

void Committer::finish(std::vector<Planned>& group) {
    {
        const std::lock_guard lock{claims_.mutex};
        for (const auto& [change, first_event, resume] : group) {
            for (const auto& due : change.due) {
                claims_.claims.put(due.id, due.when, due.weight, due.held);
            }
            for (const auto& gone : change.gone) claims_.claims.erase(gone.id);
        }
    }
    hooks_.events_written(last_event_);
    for (auto& planned : group) planned.resume({});
    for (const auto& planned : group) {
        for (const auto& gone : planned.change.gone) {
            if (gone.in_file) hooks_.body_gone(gone.id);
        }
    }
}

// After a failed write or sync nobody knows whether the group will be found.  What it promised
// to nobody must not be, for its sender was told to come again; the rest is read again.
void Committer::fail_group(std::vector<Planned>& group, StoreFault fault) {
    healthy_ = false;
    for (auto& [change, first_event, resume] : group) {
        if (change.fresh) {
            for (const auto& row : change.rows) doubts_.unpromised_keys.push_back(row.key);
            for (std::size_t i = 0; i < change.events.size(); ++i) {
                doubts_.unpromised_keys.push_back(key::event(first_event + i));
            }
            for (const auto& due : change.due) doubts_.unpromised.push_back(due.id);
        } else {
            for (const auto& due : change.due) doubts_.entries.insert(due.id);
            for (const auto& gone : change.gone) doubts_.entries.insert(gone.id);
        }
        resume(fail(fault));
    }
}

void Committer::try_to_recover() {
    if (!database_.recover() || !settle_doubts()) return;
    healthy_ = true;
    hooks_.events_written(last_event_);
}

Result<void, StoreFault> Committer::settle_doubts() {
    batch_.clear();
    for (const auto& key : doubts_.unpromised_keys) batch_.erase(key);
    if (const auto written = database_.write(batch_, Database::Sync::yes); !written) return written;
    for (const auto& id : doubts_.unpromised) hooks_.body_gone(id);
    doubts_.unpromised_keys.clear();
    doubts_.unpromised.clear();
    while (!doubts_.entries.empty()) {
        if (const auto read = read_again(*doubts_.entries.begin()); !read) return read;
        doubts_.entries.erase(doubts_.entries.begin());
    }
    return {};
}

Result<void, StoreFault> Committer::read_again(const queue::QueueId& id) {
    const auto record = database_.get(key::entry(id));
    const auto hold = database_.get(key::hold(id));
    if (!record || !hold) return fail(record ? hold.error() : record.error());
    const std::lock_guard lock{claims_.mutex};
    if (!*record) {
        claims_.claims.erase(id);
        hooks_.body_gone(id);
    } else if (const auto entry = queue::decode_entry(**record);
               entry && !claims_.claims.contains(id)) {
        claims_.claims.put(id, entry->due, weight_of(*entry), hold->has_value());
    } else {
        claims_.claims.set_held(id, hold->has_value());
    }  // one that somebody holds stays his: he may settle again
    return {};
}

}  // namespace signet::store

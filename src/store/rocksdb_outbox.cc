#include "store/rocksdb_outbox.h"

#include "queue/record.h"
#include "store/rocksdb_keys.h"

#include <pthread.h>
#include <chrono>

namespace signet::store {
namespace {

constexpr std::size_t kAtOnce = 1'024;                   // events
constexpr std::chrono::milliseconds kGather{10};         // nobody waits: let a few come together
constexpr std::chrono::milliseconds kRetryAfter{1'000};  // when the audit log cannot be written

}  // namespace

Outbox::Outbox(Database& database, audit::AuditStore& audit,
               std::function<void(std::uint64_t)> forget)
    : database_(database), audit_(audit), forget_(std::move(forget)) {}

Outbox::~Outbox() { stop(); }

void Outbox::start(std::uint64_t first) {
    next_ = first;
    last_ = first - 1;
    thread_ = std::thread{[this] { run(); }};
}

void Outbox::written(std::uint64_t last) {
    {
        const std::lock_guard lock{mutex_};
        last_ = std::max(last_, last);
    }
    wake_.notify_one();
}

std::uint64_t Outbox::waiting() const {
    const std::lock_guard lock{mutex_};
    return last_ - (next_ - 1);
}

void Outbox::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Outbox::run() {
    ::pthread_setname_np(::pthread_self(), "outbox");
    std::unique_lock lock{mutex_};
    const auto stopping = [this] { return stopping_; };
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || last_ >= next_; });
        if (last_ < next_) return;
        wake_.wait_for(lock, kGather, stopping);
        const bool last_try = stopping_;
        lock.unlock();
        const bool brought = bring_over();
        lock.lock();
        if (!brought && last_try) return;
        if (!brought) wake_.wait_for(lock, kRetryAfter, stopping);
    }
}

bool Outbox::bring_over() {
    std::vector<audit::Event> events;
    std::uint64_t last = 0;
    {
        const std::lock_guard lock{mutex_};
        last = last_;
    }
    auto up_to = next_ - 1;
    const auto read = database_.scan(key::kEvents, key::event(next_),
                                     [&](std::string_view row, std::string_view record) {
                                         const auto number = key::event_number(row);
                                         if (!number || *number > last || events.size() == kAtOnce)
                                             return false;
                                         up_to = *number;
                                         // What cannot be read was moved to quarantine when the
                                         // spool was opened.
                                         if (auto event = queue::decode_event(record))
                                             events.push_back(std::move(*event));
                                         return true;
                                     });
    if (!read) return false;
    if (events.empty()) up_to = last;  // numbers of groups that failed
    if (!events.empty() && !audit_.write_through(events)) return false;
    {
        const std::lock_guard lock{mutex_};
        next_ = up_to + 1;
    }
    forget_(up_to);
    return true;
}

}  // namespace signet::store

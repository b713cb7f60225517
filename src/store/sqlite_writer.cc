#include "store/sqlite_writer.h"

#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace signet::store {
namespace {

constexpr std::size_t kBatch = 256;  // changes in one transaction, at most

}  // namespace

SqliteWriter::SqliteWriter(SqliteConnection connection, std::size_t queue_length, Report report)
    : connection_(std::move(connection)),
      queue_length_(queue_length),
      report_(std::move(report)),
      thread_([this] { serve(); }) {}

SqliteWriter::~SqliteWriter() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

bool SqliteWriter::push(Change& change) {
    const std::lock_guard lock(mutex_);
    if (ending_ || queue_.size() >= queue_length_) return false;
    queue_.push_back(std::move(change));
    wake_.notify_one();
    return true;
}

void SqliteWriter::serve() {
    ::pthread_setname_np(::pthread_self(), "accounts-write");
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        if (queue_.empty()) return;
        std::vector<Change> batch;
        const auto end =
            queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kBatch));
        std::move(queue_.begin(), end, std::back_inserter(batch));
        queue_.erase(queue_.begin(), end);
        lock.unlock();
        commit(batch);
        lock.lock();
    }
}

void SqliteWriter::commit(std::vector<Change>& batch) {
    std::optional<StoreFault> fault;
    if (const auto written = write(batch); !written) {
        connection_.roll_back();
        if (report_) report_(written.error());
        fault = written.error().fault;
    }
    for (auto& change : batch) {
        change.finish(!fault && change.conflict ? StoreFault::conflict : fault);
    }
}

SqliteResult<void> SqliteWriter::write(std::vector<Change>& batch) {
    if (auto begun = connection_.execute("BEGIN IMMEDIATE"); !begun) return begun;
    for (auto& change : batch) {
        auto applied = change.apply(connection_);
        if (applied) continue;
        if (applied.error().fault != StoreFault::conflict) return applied;
        change.conflict = true;
    }
    return connection_.execute("COMMIT");
}

}  // namespace signet::store

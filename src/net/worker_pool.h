// Threads for work that would block an I/O thread or keep it busy: password hashing, file writes.
#pragma once

#include "base/result.h"
#include "base/task.h"

#include <chrono>
#include <functional>
#include <memory>

namespace signet::net {

struct PoolOptions {
    const char* name = "worker";  // of the threads, at most 15 octets
    unsigned threads = 1;
    int nice = 0;                               // > 0: yields to the I/O threads
    std::size_t queue_length = 10'000;          // tasks waiting, at most
    std::chrono::milliseconds max_wait{5'000};  // a task that would wait longer is refused; judged
                                                // by how long recent tasks took (0: no such limit)
};

// Safe for concurrent use.  Destruction finishes what is queued.
class WorkerPool {
public:
    explicit WorkerPool(PoolOptions options);
    ~WorkerPool();

    // Runs `work` on a thread of the pool; the caller resumes on its own executor.
    // false: refused, the pool is too busy; `work` was not and will not be run.
    // `work` must not throw.
    Task<bool> run(std::move_only_function<void()> work);
    // Without waiting for it.
    bool post(std::move_only_function<void()> work);

    std::size_t waiting() const;
    bool takes_work() const;  // false: run() would refuse just now

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::net

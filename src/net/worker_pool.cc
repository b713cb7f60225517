#include "net/worker_pool.h"

#include "base/invariant.h"
#include "net/resume.h"

#include <pthread.h>
#include <sys/resource.h>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace signet::net {

namespace {

using std::chrono::steady_clock;

struct Job {
    std::move_only_function<void()> work;
    std::optional<Resume<bool>> resume;  // nobody waits for a posted one
};

// The setting is the thread's own: on Linux a "process" of setpriority(2) is a thread.
void set_up_thread(const PoolOptions& options) {
    ::pthread_setname_np(::pthread_self(), options.name);
    // May fail where it would raise the priority; the work is done all the same.
    if (options.nice != 0) (void)::setpriority(PRIO_PROCESS, 0, options.nice);
}

}  // namespace

struct WorkerPool::Impl {
    explicit Impl(PoolOptions wanted) : options(wanted) {
        INVARIANT(options.threads > 0, "a pool has a thread");
        for (unsigned i = 0; i < options.threads; ++i) threads.emplace_back([this] { serve(); });
    }

    ~Impl() {
        {
            const std::lock_guard lock(mutex);
            ending = true;
        }
        wake.notify_all();
        for (auto& thread : threads) thread.join();
    }

    // Takes the job only if it returns true.
    bool push(Job& job) {
        {
            const std::lock_guard lock(mutex);
            if (!takes_work()) return false;
            queue.push_back(std::move(job));
        }
        wake.notify_one();
        return true;
    }

    // Under the lock.
    bool takes_work() const {
        return !ending && queue.size() < options.queue_length && !would_wait_too_long();
    }

    // With every thread busy, each job before this one takes its share of what jobs take.
    bool would_wait_too_long() const {
        if (options.max_wait.count() == 0 || busy < options.threads) return false;
        const auto turns = static_cast<double>(queue.size() + 1) / options.threads;
        return usual * turns > std::chrono::duration<double>(options.max_wait);
    }

    void serve() {
        set_up_thread(options);
        std::unique_lock lock(mutex);
        for (;;) {
            wake.wait(lock, [this] { return ending || !queue.empty(); });
            if (queue.empty()) return;
            auto job = std::move(queue.front());
            queue.pop_front();
            ++busy;
            lock.unlock();

            const auto start = steady_clock::now();
            job.work();
            job.work = nullptr;  // what it holds dies here, before anybody goes on
            const std::chrono::duration<double> took = steady_clock::now() - start;
            if (job.resume) (*job.resume)(true);

            lock.lock();
            --busy;
            // A moving average: the last eight jobs weigh about two thirds.
            usual = first ? took : usual + (took - usual) / 8.0;
            first = false;
        }
    }

    const PoolOptions options;
    mutable std::mutex mutex;
    std::condition_variable wake;
    std::deque<Job> queue;
    std::vector<std::thread> threads;
    std::chrono::duration<double> usual{0};
    unsigned busy = 0;
    bool first = true;
    bool ending = false;
};

WorkerPool::WorkerPool(PoolOptions options) : impl_(std::make_unique<Impl>(options)) {}
WorkerPool::~WorkerPool() = default;

Task<bool> WorkerPool::run(std::move_only_function<void()> work) {
    co_return co_await suspend<bool>([this, &work](Resume<bool> resume) {
        Job job{std::move(work), std::move(resume)};
        if (!impl_->push(job)) (*job.resume)(false);
    });
}

bool WorkerPool::post(std::move_only_function<void()> work) {
    Job job{std::move(work), std::nullopt};
    return impl_->push(job);
}

bool WorkerPool::takes_work() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->takes_work();
}

std::size_t WorkerPool::waiting() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->queue.size();
}

}  // namespace signet::net

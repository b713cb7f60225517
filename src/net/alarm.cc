#include "net/alarm.h"

#include <pthread.h>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace signet::net {

struct Alarm::Impl {
    Impl() : thread([this] { serve(); }) {}
    ~Impl() {
        {
            const std::lock_guard lock(mutex);
            ending = true;
        }
        wake.notify_all();
        thread.join();
    }

    void serve() {
        ::pthread_setname_np(::pthread_self(), "signet-alarm");
        std::unique_lock lock(mutex);
        while (!ending) {
            if (calls.empty()) {
                wake.wait(lock);
                continue;
            }
            const auto first = calls.begin()->first;
            if (std::chrono::steady_clock::now() < first) {
                wake.wait_until(lock, first);
                continue;
            }
            auto call = std::move(calls.begin()->second);
            calls.erase(calls.begin());
            lock.unlock();
            call();
            call = nullptr;
            lock.lock();
        }
    }

    std::mutex mutex;
    std::condition_variable wake;
    std::multimap<SteadyTime, std::move_only_function<void()>> calls;  // guarded by mutex
    bool ending = false;                                               // guarded by mutex
    std::thread thread;  // last: it uses all of the above
};

Alarm::Alarm() : impl_(std::make_unique<Impl>()) {}
Alarm::~Alarm() = default;

void Alarm::at(SteadyTime when, std::move_only_function<void()> call) {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->calls.emplace(when, std::move(call));
    }
    impl_->wake.notify_one();
}

}  // namespace signet::net

#include "net/io_threads.h"

#include "base/invariant.h"
#include "net/loop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <pthread.h>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <mutex>
#include <thread>

namespace signet::net {

namespace asio = boost::asio;

namespace {

// What leaves a task is printed for the maintainer; rule: no exception text holds a secret.
void end_by(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "signet: %s\n", e.what());
    } catch (...) {
        std::fprintf(stderr, "signet: an exception of unknown type\n");
    }
    INVARIANT(!thrown, "a task lets no exception out");
}

struct IoThread {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread = {};
};

// Shared with the tasks: their ends are counted even while IoThreads is being destroyed.
struct Count {
    std::mutex mutex;
    std::condition_variable none;
    std::size_t tasks = 0;

    void change(int by) {
        const std::lock_guard lock(mutex);
        tasks += static_cast<std::size_t>(by);
        if (tasks == 0) none.notify_all();
    }
    bool wait_for_none(std::chrono::milliseconds patience) {
        std::unique_lock lock(mutex);
        return none.wait_for(lock, patience, [this] { return tasks == 0; });
    }
};

}  // namespace

struct IoThreads::Impl {
    std::vector<std::unique_ptr<IoThread>> threads;
    std::shared_ptr<Count> count = std::make_shared<Count>();

    auto at_end() {
        return [counted = count](const std::exception_ptr& thrown) {
            if (thrown) end_by(thrown);
            counted->change(-1);
        };
    }
    void each_loop(void (Loop::*call)()) {
        for (auto& io : threads) {
            asio::post(io->context,
                       [io = io.get(), call] { (Loop::of(io->context.get_executor()).*call)(); });
        }
    }
};

IoThreads::IoThreads(unsigned threads) : impl_(std::make_unique<Impl>()) {
    const auto wanted = threads > 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < wanted; ++i) impl_->threads.push_back(std::make_unique<IoThread>());
}

IoThreads::~IoThreads() { stop(); }

unsigned IoThreads::size() const { return static_cast<unsigned>(impl_->threads.size()); }

asio::any_io_executor IoThreads::executor(unsigned index) const {
    return impl_->threads.at(index)->context.get_executor();
}

void IoThreads::spawn(unsigned index, Task<void> task) {
    impl_->count->change(+1);
    asio::co_spawn(impl_->threads.at(index)->context, std::move(task), impl_->at_end());
}

void IoThreads::spawn(unsigned index, std::move_only_function<Task<void>()> begin) {
    impl_->count->change(+1);
    asio::co_spawn(impl_->threads.at(index)->context, std::move(begin), impl_->at_end());
}

void IoThreads::post(unsigned index, std::move_only_function<void()> work) {
    asio::post(impl_->threads.at(index)->context, std::move(work));
}

void IoThreads::start() {
    for (auto& io : impl_->threads) {
        INVARIANT(!io->thread.joinable(), "the threads are started once");
        io->thread = std::thread([&context = io->context] {
            ::pthread_setname_np(::pthread_self(), "io");
            context.run();
        });
    }
}

std::size_t IoThreads::tasks() const {
    const std::lock_guard lock(impl_->count->mutex);
    return impl_->count->tasks;
}

bool IoThreads::drain(std::chrono::milliseconds patience) {
    impl_->each_loop(&Loop::begin_drain);
    if (impl_->count->wait_for_none(patience)) return true;
    impl_->each_loop(&Loop::cancel_all);
    return impl_->count->wait_for_none(std::chrono::seconds(1));
}

void IoThreads::stop() {
    for (auto& io : impl_->threads) io->context.stop();
    for (auto& io : impl_->threads) {
        if (io->thread.joinable()) io->thread.join();
        Loop::of(io->context.get_executor()).wait_for_wakes();
    }
}

}  // namespace signet::net

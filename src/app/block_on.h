// For the main thread at start: waits for a task that runs on an I/O thread.
#pragma once

#include "net/io_threads.h"

#include <future>
#include <utility>

namespace signet::app {

// REQUIRES: io is started; not called from one of its threads.
template <class T>
T block_on(net::IoThreads& io, Task<T> task) {
    std::promise<T> promise;
    auto result = promise.get_future();
    io.spawn(0, [](Task<T> inner, std::promise<T> out) -> Task<void> {
        out.set_value(co_await std::move(inner));
    }(std::move(task), std::move(promise)));
    return result.get();
}

}  // namespace signet::app

// For tests of every floor: runs coroutines to their end, on a loop of their own.
//
//   const auto answer = run_task(store.find(id));
//
// While nothing can go on but fakes that wait for their deadline (net/fake_pipe.h), virtual time
// moves to the first of those: a test of a five-minute timeout takes no time.  A test that is stuck
// for a minute throws.
#pragma once

#include "base/task.h"

#include <optional>
#include <utility>
#include <vector>

namespace signet::net {

// All at the same time, on one thread.  The first exception to leave one of them is thrown here.
void run_tasks(std::vector<Task<void>> tasks);

template <class T>
T run_task(Task<T> task) {
    std::optional<T> result;
    std::vector<Task<void>> tasks;
    tasks.push_back([](Task<T> inner, std::optional<T>& out) -> Task<void> {
        out.emplace(co_await std::move(inner));
    }(std::move(task), result));
    run_tasks(std::move(tasks));
    return std::move(*result);
}

inline void run_task(Task<void> task) {
    std::vector<Task<void>> tasks;
    tasks.push_back(std::move(task));
    run_tasks(std::move(tasks));
}

}  // namespace signet::net

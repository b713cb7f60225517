// For tests: runs a Task to its end on an io_context of its own, and returns what it returned.
// An exception thrown in the task is thrown here.
//
//   const auto drafted = run_task(store.begin());
#pragma once

#include "base/task.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace signet {

// At the same time, on one thread, in turns; returns when all have ended.
void run_tasks(std::vector<Task<void>> tasks);

template <class T>
T run_task(Task<T> task) {
    std::optional<T> result;
    std::vector<Task<void>> one;
    one.push_back([](Task<T> inner, std::optional<T>& into) -> Task<void> {
        into.emplace(co_await std::move(inner));
    }(std::move(task), result));
    run_tasks(std::move(one));
    return std::move(*result);
}

inline void run_task(Task<void> task) {
    std::vector<Task<void>> one;
    one.push_back(std::move(task));
    run_tasks(std::move(one));
}

}  // namespace signet

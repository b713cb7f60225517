// For tests: a worker over the relay's world, whose clock moves on while it is idle.
#pragma once

#include "relay/relay_world.h"
#include "relay/worker.h"

#include <functional>
#include <optional>

namespace signet::relay {

Task<void> let_others_run();

struct WorkerBench : RelayWorld {
    WorkerOptions options{};
    std::optional<Worker> worker{};
    std::function<void()> each_sleep = [] {};
    Services parts = services();

    explicit WorkerBench(queue::QueueStore* store = nullptr);
    // A message that this account submits, due now.
    void accept_from(std::string account, const std::string& to);
    // Runs the worker until `done`, or until it has slept 10'000 times, and then to its end.
    void run_until(std::function<bool()> done);
};

}  // namespace signet::relay

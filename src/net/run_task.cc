#include "net/run_task.h"

#include "net/fake_pipe.h"
#include "net/loop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <exception>
#include <stdexcept>

namespace signet::net {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds kStuck{60};

// True while something outside virtual time may still happen: a socket, a real timer, a thread.
bool may_go_on(const Loop& loop) { return loop.waiters() > 0 || loop.suspended() > fake_waits(); }

void run_until_done(asio::io_context& context, const std::size_t& left) {
    auto& loop = Loop::of(context.get_executor());
    const auto stuck = std::chrono::steady_clock::now() + kStuck;
    while (left > 0) {
        if (context.poll() > 0) continue;
        if (!may_go_on(loop) && expire_next_fake_wait()) continue;
        context.run_one_for(std::chrono::milliseconds(20));
        if (std::chrono::steady_clock::now() > stuck) {
            const auto what = "run_task: " + std::to_string(left) + " tasks are stuck";
            std::fprintf(stderr, "%s\n", what.c_str());  // the way out may end in an invariant
            throw std::runtime_error(what);
        }
    }
}

}  // namespace

void run_tasks(std::vector<Task<void>> tasks) {
    asio::io_context context(1);
    std::exception_ptr first;
    auto left = tasks.size();
    for (auto& task : tasks) {
        asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& thrown) {
            --left;
            if (!first) first = thrown;
        });
    }
    run_until_done(context, left);
    Loop::of(context.get_executor()).wait_for_wakes();
    if (first) std::rethrow_exception(first);
}

}  // namespace signet::net

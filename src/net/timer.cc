#include "net/timer.h"

#include "net/loop.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace signet::net {

namespace asio = boost::asio;

namespace {

struct Sleep final : Loop::Waiter {
    Sleep(const asio::any_io_executor& executor, SteadyTime when)
        : Waiter(Loop::of(executor)), timer(executor, when), interrupted(loop().draining()) {
        join();
    }
    void begin_drain() override { cancel(); }
    void cancel() override {
        interrupted = true;
        timer.cancel();
    }

    asio::steady_timer timer;
    bool interrupted;
};

}  // namespace

Task<bool> sleep_until(SteadyTime when) {
    Sleep sleep(co_await asio::this_coro::executor, when);
    boost::system::error_code ec;  // aborted, exactly when interrupted
    if (!sleep.interrupted) {
        co_await sleep.timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    }
    co_return !sleep.interrupted;
}

Task<bool> sleep_for(std::chrono::microseconds span) {
    return sleep_until(std::chrono::steady_clock::now() + span);
}

}  // namespace signet::net

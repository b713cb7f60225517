#include "net/together.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>

namespace signet::net {

namespace asio = boost::asio;

// Not net/resume.h: this is no wait for another thread, and a drain ends what it waits for.
Task<void> together(std::vector<Task<void>> tasks) {
    if (tasks.size() == 1) co_await std::move(tasks.front());
    if (tasks.size() < 2) co_return;
    const auto executor = co_await asio::this_coro::executor;
    std::exception_ptr first;
    auto left = tasks.size();
    const auto start = [&](auto handler) {
        const auto go_on = std::make_shared<decltype(handler)>(std::move(handler));
        for (auto& task : tasks) {
            asio::co_spawn(executor, std::move(task), [&, go_on](const std::exception_ptr& thrown) {
                if (!first) first = thrown;
                if (--left == 0) asio::post(executor, std::move(*go_on));
            });
        }
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(start,
                                                                         asio::use_awaitable);
    if (first) std::rethrow_exception(first);
}

}  // namespace signet::net

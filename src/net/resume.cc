#include "net/resume.h"

#include "base/invariant.h"
#include "net/loop.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace signet::net {

namespace asio = boost::asio;

struct Wakeup::Sleeper {
    virtual ~Sleeper() = default;
    virtual void wake() = 0;
};

namespace {

template <class Handler>
struct SleeperOf final : Wakeup::Sleeper {
    SleeperOf(asio::any_io_executor on, Loop& of, Handler&& then)
        : executor(std::move(on)), loop(of), handler(std::move(then)) {}
    // Posted, never dispatched: `start` may call it before the coroutine is quite asleep.
    void wake() override {
        loop.begin_wake();
        asio::post(executor, std::move(handler));
        loop.end_wake();
    }

    asio::any_io_executor executor;
    Loop& loop;
    Handler handler;
};

}  // namespace

Wakeup::Wakeup(std::unique_ptr<Sleeper> sleeper) : sleeper_(std::move(sleeper)) {}
Wakeup::Wakeup(Wakeup&&) noexcept = default;
Wakeup& Wakeup::operator=(Wakeup&& other) noexcept {
    INVARIANT(!sleeper_, "a Wakeup is called before it is replaced");
    sleeper_ = std::move(other.sleeper_);
    return *this;
}

Wakeup::~Wakeup() { INVARIANT(!sleeper_, "a Wakeup is called before it dies"); }

void Wakeup::operator()() {
    INVARIANT(sleeper_, "a Wakeup is called once");
    const auto sleeper = std::move(sleeper_);
    sleeper->wake();
}

Task<void> suspend_until_woken(std::move_only_function<void(Wakeup)> start) {
    const auto executor = co_await asio::this_coro::executor;
    auto& loop = Loop::of(executor);
    loop.count_suspended(+1);
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [&start, &executor, &loop](auto handler) {
            using Handler = decltype(handler);
            start(Wakeup(std::make_unique<SleeperOf<Handler>>(executor, loop, std::move(handler))));
        },
        asio::use_awaitable);
    loop.count_suspended(-1);
}

}  // namespace signet::net

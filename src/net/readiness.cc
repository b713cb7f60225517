#include "net/readiness.h"

#include "base/invariant.h"
#include "net/loop.h"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

namespace signet::net {

namespace asio = boost::asio;

namespace {

// The loops are io_contexts.  Their own executor is a pointer; any_io_executor, in every object and
// pending operation, would cost each idle session some 200 octets.
using Executor = asio::io_context::executor_type;
using Descriptor = asio::posix::basic_stream_descriptor<Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

Executor own(const asio::any_io_executor& executor) {
    const auto* target = executor.target<Executor>();
    INVARIANT(target, "a loop is an io_context");
    return *target;
}

struct Wait {
    bool active = false;
    Readiness::Drain drain = Readiness::Drain::leaves_wait;
    SteadyTime deadline = SteadyTime::max();
    std::optional<IoFault> fault = {};
};

}  // namespace

struct Readiness::Impl final : Loop::Waiter, std::enable_shared_from_this<Readiness::Impl> {
    Impl(const asio::any_io_executor& executor, int fd)
        : Waiter(Loop::of(executor)), descriptor(own(executor)), timer(own(executor)) {
        boost::system::error_code full;  // the kernel watches no more descriptors
        descriptor.assign(fd, full);
        if (full) ::close(fd);
    }

    void join_loop() { join(); }

    // Sees to it that check() runs at `when` or earlier.
    void aim(SteadyTime when) {
        if (when >= armed) return;
        armed = when;
        timer.expires_at(when);
        timer.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
            if (ec) return;  // aimed anew
            if (const auto self = weak.lock()) self->check();
        });
    }

    void check() {
        armed = SteadyTime::max();
        const auto now = std::chrono::steady_clock::now();
        auto next = SteadyTime::max();
        for (auto& wait : waits) {
            if (!wait.active) continue;
            if (wait.deadline <= now) {
                end(wait, IoFault::timed_out);
            } else {
                next = std::min(next, wait.deadline);
            }
        }
        aim(next);
    }

    // Wakes both waits; the one without a fault finds nothing and waits again.
    void end(Wait& wait, IoFault fault) {
        if (!wait.active) return;
        if (!wait.fault) wait.fault = fault;
        boost::system::error_code ignored;
        descriptor.cancel(ignored);
    }

    void begin_drain() override {
        for (auto& wait : waits) {
            if (wait.drain == Drain::ends_wait) end(wait, IoFault::cancelled);
        }
    }

    void cancel() override {
        for (auto& wait : waits) end(wait, IoFault::cancelled);
    }

    std::optional<IoFault> refusal(Deadline deadline, Drain drain) const {
        if (!descriptor.is_open()) return IoFault::closed;
        if (loop().cancelled() || (loop().draining() && drain == Drain::ends_wait)) {
            return IoFault::cancelled;
        }
        if (deadline.when() <= std::chrono::steady_clock::now()) return IoFault::timed_out;
        return std::nullopt;
    }

    Descriptor descriptor;
    Timer timer;
    SteadyTime armed = SteadyTime::max();
    std::array<Wait, 2> waits;
};

Readiness::Readiness(const asio::any_io_executor& executor, int descriptor)
    : impl_(std::make_shared<Impl>(executor, descriptor)) {}
Readiness::~Readiness() = default;
Readiness::Readiness(Readiness&&) noexcept = default;
Readiness& Readiness::operator=(Readiness&&) noexcept = default;

int Readiness::descriptor() const { return impl_->descriptor.native_handle(); }

Task<Result<void, IoFault>> Readiness::wait(For what, Deadline deadline, Drain drain) {
    impl_->join_loop();
    if (const auto fault = impl_->refusal(deadline, drain)) co_return fail(*fault);
    auto& wait = impl_->waits[what == For::read ? 0 : 1];
    INVARIANT(!wait.active, "one read and one write at a time");
    wait = {true, drain, deadline.when()};
    impl_->aim(deadline.when());

    boost::system::error_code ec;  // aborted for a reason that is in wait.fault, or spuriously
    co_await impl_->descriptor.async_wait(
        what == For::read ? Descriptor::wait_read : Descriptor::wait_write,
        asio::redirect_error(asio::use_awaitable, ec));
    wait.active = false;
    if (wait.fault) co_return fail(*wait.fault);
    co_return Result<void, IoFault>{};
}

void Readiness::cancel() { impl_->cancel(); }

void Readiness::close() {
    impl_->cancel();
    boost::system::error_code ignored;
    impl_->descriptor.close(ignored);
}

}  // namespace signet::net

#include "net/loop.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

#include <thread>

namespace signet::net {

namespace {

class LoopService final : public boost::asio::execution_context::service {
public:
    using key_type = LoopService;
    static inline boost::asio::execution_context::id id;

    explicit LoopService(boost::asio::execution_context& context) : service(context) {}

    Loop loop;

private:
    // Whoever owns an io_context need not know of it: it dies only after the last wake-up.
    void shutdown() override { loop.wait_for_wakes(); }
};

}  // namespace

Loop& Loop::of(const boost::asio::any_io_executor& executor) {
    auto& context = boost::asio::query(executor, boost::asio::execution::context);
    return boost::asio::use_service<LoopService>(context).loop;
}

void Loop::Waiter::join() {
    if (link_) return;
    next_ = loop_.first_;
    link_ = &loop_.first_;
    if (next_) next_->link_ = &next_;
    loop_.first_ = this;
    ++loop_.waiters_;
}

Loop::Waiter::~Waiter() {
    if (!link_) return;
    if (loop_.next_of_walk_ == this) loop_.next_of_walk_ = next_;
    *link_ = next_;
    if (next_) next_->link_ = link_;
    --loop_.waiters_;
}

// A call may end its own waiter, and others.
void Loop::each_waiter(void (Waiter::*call)()) {
    for (auto* waiter = first_; waiter; waiter = next_of_walk_) {
        next_of_walk_ = waiter->next_;
        (waiter->*call)();
    }
    next_of_walk_ = nullptr;
}

void Loop::wait_for_wakes() const {
    while (waking_ > 0) std::this_thread::yield();  // the rest of one post()
}

void Loop::begin_drain() {
    draining_ = true;
    each_waiter(&Waiter::begin_drain);
}

void Loop::cancel_all() {
    draining_ = cancelled_ = true;
    each_waiter(&Waiter::cancel);
}

}  // namespace signet::net

// What one I/O thread's event loop knows of itself: who waits on it, and whether it drains.
// Found from the executor that every coroutine carries, so nothing has to be passed along.
//
// Draining has two steps.  begin_drain() wakes those who wait for nothing that matters: sleepers,
// and streams that are idle (Stream::set_idle).  cancel_all() ends every wait there is.
//
// Used on the loop's own thread only, unless it says otherwise.
#pragma once

#include "base/task.h"

#include <atomic>
#include <cstddef>

namespace signet::net {

class Loop {
public:
    // Somebody who waits on this loop and wants to hear of a drain.  On the list from join() to its
    // destruction.  It may be made on another thread, as a listener's are on a reload; who has
    // joined is destroyed on the loop's own.
    class Waiter {
    public:
        explicit Waiter(Loop& loop) : loop_(loop) {}
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;
        virtual ~Waiter();
        virtual void begin_drain() = 0;
        virtual void cancel() = 0;

    protected:
        Loop& loop() const { return loop_; }
        void join();  // on the loop's thread; again is nothing

    private:
        friend class Loop;
        Loop& loop_;
        Waiter* next_ = nullptr;
        Waiter** link_ = nullptr;  // what points here; none: not on the list
    };

    static Loop& of(const boost::asio::any_io_executor& executor);

    Loop() = default;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void begin_drain();
    void cancel_all();
    bool draining() const { return draining_; }
    bool cancelled() const { return cancelled_; }

    std::size_t waiters() const { return waiters_; }
    // Coroutines that another thread will wake (net/resume.h).
    std::size_t suspended() const { return suspended_; }
    void count_suspended(int change) { suspended_ += static_cast<std::size_t>(change); }

    // From any thread: a wake-up begins before the coroutine can go on, and may still be inside
    // the loop when the coroutine has ended.  A loop dies only after its last one.
    void begin_wake() { ++waking_; }
    void end_wake() { --waking_; }
    void wait_for_wakes() const;

private:
    void each_waiter(void (Waiter::*call)());

    Waiter* first_ = nullptr;
    Waiter* next_of_walk_ = nullptr;
    std::size_t waiters_ = 0;
    std::size_t suspended_ = 0;
    std::atomic<std::size_t> waking_ = 0;
    bool draining_ = false;
    bool cancelled_ = false;
};

}  // namespace signet::net

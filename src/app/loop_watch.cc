#include "app/loop_watch.h"

#include "net/timer.h"

#include <vector>

namespace signet::app {
namespace {

using std::chrono::steady_clock;
constexpr std::chrono::seconds kEvery{1};

}  // namespace

struct LoopWatch::Beats {
    observe::Histogram& lag;
    std::vector<std::atomic<steady_clock::time_point>> at;  // of each thread

    static Task<void> beat(std::shared_ptr<Beats> beats, unsigned thread) {
        for (auto due = steady_clock::now();; due = steady_clock::now() + kEvery) {
            const bool over = !co_await net::sleep_until(due);
            const auto now = steady_clock::now();
            beats->at[thread] = now;
            if (over) co_return;
            beats->lag.observe(std::chrono::duration<double>(now - due).count());
        }
    }
};

LoopWatch::LoopWatch(observe::Registry& registry)
    : beats_(new Beats{registry.histogram(observe::metric::kLoopLag, {}), {}}) {}

LoopWatch::~LoopWatch() = default;

void LoopWatch::start(net::IoThreads& io) {
    beats_->at = std::vector<std::atomic<steady_clock::time_point>>(io.size());
    for (auto& at : beats_->at) at = steady_clock::now();
    for (unsigned thread = 0; thread < io.size(); ++thread) {
        io.spawn(thread, Beats::beat(beats_, thread));
    }
}

std::chrono::duration<double> LoopWatch::silence() const {
    std::chrono::duration<double> longest{0};
    const auto now = steady_clock::now();
    for (const auto& at : beats_->at) {
        longest = std::max<std::chrono::duration<double>>(longest, now - at.load());
    }
    return longest;
}

}  // namespace signet::app

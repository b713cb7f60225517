#include "relay/worker.h"

#include "base/invariant.h"
#include "relay/rescue.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace signet::relay {
namespace {

constexpr std::size_t kClaimedAtOnce = 32;

// Counts a delivery from the moment it is decided on, however it ends.
class Place {
public:
    explicit Place(std::atomic<unsigned>& count) : count_(count) { ++count_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { --count_; }

private:
    std::atomic<unsigned>& count_;
};

}  // namespace

struct Worker::State {
    const Services& services;
    const WorkerOptions options;
    const Spawn spawn;
    JumpWatch jumps{services.clock};
    std::atomic<bool> stopping{false};
    std::atomic<unsigned> in_flight{0};
    bool store_ill = false;  // said once, not ten times a second

    std::size_t wanted() const {
        const auto taken = std::min(in_flight.load(), options.concurrency);
        return std::min<std::size_t>(options.concurrency - taken, kClaimedAtOnce);
    }
    Task<std::vector<queue::Lease>> claim(std::size_t count);
    static Task<void> lane(std::shared_ptr<State> state, std::unique_ptr<Place> place,
                           queue::Lease first);
    static Task<void> rescue(std::shared_ptr<State> state);
};

Task<std::vector<queue::Lease>> Worker::State::claim(std::size_t count) {
    auto leases = co_await services.store.claim({services.clock.wall(), count, options.lease});
    if (leases) {
        store_ill = false;
        co_return std::move(*leases);
    }
    if (!std::exchange(store_ill, true)) {
        services.warn("the queue gives no messages out: " + std::string{name(leases.error())});
    }
    co_return std::vector<queue::Lease>{};
}

// Delivers one entry, and then whatever else is due: under load nobody waits for the next look.
Task<void> Worker::State::lane(std::shared_ptr<State> state, std::unique_ptr<Place>,
                               queue::Lease first) {
    std::vector<queue::Lease> leases;
    leases.push_back(std::move(first));
    while (!leases.empty()) {
        const auto time = state->options.lease - state->options.margin;
        co_await deliver(state->services, std::move(leases.front()),
                         Deadline::in(state->services.clock, time));
        leases.clear();
        if (!state->stopping) leases = co_await state->claim(1);
    }
}

Task<void> Worker::State::rescue(std::shared_ptr<State> state) {
    const auto rescued = co_await rescue_stalled(state->services);
    if (rescued == 0) co_return;
    state->services.warn(std::to_string(rescued) +
                         " messages were due too far ahead, as after a clock that fell back; "
                         "they are tried now");
}

Worker::Worker(const Services& services, WorkerOptions options, Spawn spawn)
    : state_(new State{services, options, std::move(spawn)}) {
    INVARIANT(options.concurrency > 0 && options.margin < options.lease,
              "a worker has a place, and a delivery has time");
}

Task<void> Worker::run() {
    const auto state = state_;
    if (state->options.rescue) state->spawn(State::rescue(state));
    while (!state->stopping) {
        if (state->options.rescue && state->jumps.fell_back()) state->spawn(State::rescue(state));
        const auto wanted = state->wanted();
        auto leases = wanted > 0 ? co_await state->claim(wanted) : std::vector<queue::Lease>{};
        const bool more = wanted > 0 && leases.size() == wanted;
        for (auto& lease : leases) {
            state->spawn(
                State::lane(state, std::make_unique<Place>(state->in_flight), std::move(lease)));
        }
        if (more) continue;
        if (!co_await state->services.sleep(state->options.idle)) state->stopping = true;
    }
}

void Worker::stop() { state_->stopping = true; }

unsigned Worker::in_flight() const { return state_->in_flight; }

}  // namespace signet::relay

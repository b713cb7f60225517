#include "relay/worker.h"

#include "base/invariant.h"
#include "queue/owner.h"
#include "relay/rescue.h"
#include "relay/shares.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <optional>
#include <utility>

namespace signet::relay {
namespace {

constexpr std::size_t kClaimedAtOnce = 32;
constexpr std::size_t kParked = 64;
constexpr std::chrono::seconds kPutBack{10};  // for an entry that there is not even a bay for

// An entry that is ours for a while.
struct Claimed {
    queue::Lease lease;
    Deadline deadline;  // of its delivery
    std::vector<Shares::Key> shares;
};

// Where there is one route there is nobody to leave a place to; but another owner may come at any
// time, so his places are kept free even from one who is alone.
std::vector<Shares::Key> shares_of(const Services& services, const queue::Entry& entry) {
    using enum Shares::Key::Of;
    const auto whose = queue::owner_of(entry.info);
    std::vector<Shares::Key> keys{{owner, whose}};
    if (entry.attempts > 0) keys.push_back({deferred});
    if (services.routes.get()->size() < 2) return keys;
    for (const auto& name : routes_of(services, entry)) {
        keys.push_back({route, name});
        keys.push_back({owner_on_route, whose, name});
    }
    return keys;
}

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
    Shares shares{options.concurrency};
    Sessions sessions{services.clock};
    std::deque<Claimed> parked{};  // claimed while they found no place in their shares
    std::atomic<bool> stopping{false};
    std::atomic<unsigned> in_flight{0};
    bool store_ill = false;  // said once, not ten times a second

    std::size_t wanted() const {
        const auto taken = std::min(in_flight.load(), options.concurrency);
        return std::min<std::size_t>(options.concurrency - taken, kClaimedAtOnce);
    }
    Task<std::vector<Claimed>> claim(std::size_t count);
    Task<void> put_back(queue::Lease lease);
    void part_from(std::vector<std::unique_ptr<Session>> idle) const;
    Task<bool> deliver_in_turn(Claimed claimed);
    Task<std::optional<Claimed>> next();
    static Task<void> lane(std::shared_ptr<State> state, std::unique_ptr<Place> place,
                           Claimed first);
    static Task<void> rescue(std::shared_ptr<State> state);
};

Task<std::vector<Claimed>> Worker::State::claim(std::size_t count) {
    std::vector<Claimed> claimed;
    const auto deadline = Deadline::in(services.clock, options.lease - options.margin);
    // What would find no place stays in the queue, and whoever is behind it goes.
    auto leases =
        co_await services.store.claim({.now = services.clock.wall(),
                                       .count = count,
                                       .lease_time = options.lease,
                                       .passed_over = shares.full_owners(),
                                       .fresh_only = shares.is_full({Shares::Key::Of::deferred})});
    if (!leases && !std::exchange(store_ill, true)) {
        services.warn("the queue gives no messages out: " + std::string{name(leases.error())});
    }
    if (!leases) co_return claimed;
    store_ill = false;
    for (auto& lease : *leases) {
        auto keys = shares_of(services, lease.entry);
        claimed.push_back({std::move(lease), deadline, std::move(keys)});
    }
    co_return claimed;
}

// Untried.  If the store cannot take it back, the lease runs out.
Task<void> Worker::State::put_back(queue::Lease lease) {
    queue::Outcome later;
    later.retry_at = services.clock.wall() + kPutBack;
    (void)co_await services.store.settle(std::move(lease), std::move(later));
}

void Worker::State::part_from(std::vector<std::unique_ptr<Session>> idle) const {
    if (!idle.empty()) spawn(part_all(std::move(idle), services.clock));
}

// false: it was parked, or put back, without a try.
Task<bool> Worker::State::deliver_in_turn(Claimed claimed) {
    const auto hold = shares.take(claimed.shares);
    if (!hold && parked.size() < kParked) {
        parked.push_back(std::move(claimed));
        co_return false;
    }
    if (!hold) {
        co_await put_back(std::move(claimed.lease));
        co_return false;
    }
    co_await deliver(services, sessions, std::move(claimed.lease), claimed.deadline);
    co_return true;
}

// What a lane that has become free does next: a parked entry whose time has come, or another.
Task<std::optional<Claimed>> Worker::State::next() {
    const auto has_place = [this](const Claimed& one) {
        return shares.take(one.shares).has_value();
    };
    for (;;) {
        const auto found = std::ranges::find_if(parked, has_place);
        if (found == parked.end()) break;
        auto claimed = std::move(*found);
        parked.erase(found);
        const auto enough = Deadline::in(services.clock, (options.lease - options.margin) / 2);
        if (claimed.deadline.when() >= enough.when()) co_return claimed;
        co_await put_back(std::move(claimed.lease));  // parked so long that little time is left
    }
    auto claimed = co_await claim(1);
    if (claimed.empty()) co_return std::nullopt;
    co_return std::move(claimed.front());
}

// Delivers one entry, and then whatever else is due: under load nobody waits for the next look.
Task<void> Worker::State::lane(std::shared_ptr<State> state, std::unique_ptr<Place>,
                               Claimed first) {
    std::optional<Claimed> turn{std::move(first)};
    while (turn) {
        const bool tried = co_await state->deliver_in_turn(std::move(*turn));
        turn.reset();
        // Behind one that had no place there may be many more: those wait for the next look.
        if (tried && !state->stopping) turn = co_await state->next();
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
        state->part_from(state->sessions.take_idle());
        const auto wanted = state->wanted();
        auto claimed = wanted > 0 ? co_await state->claim(wanted) : std::vector<Claimed>{};
        const bool more = wanted > 0 && claimed.size() == wanted;
        for (auto& one : claimed) {
            state->spawn(
                State::lane(state, std::make_unique<Place>(state->in_flight), std::move(one)));
        }
        if (more) continue;
        if (!co_await state->services.sleep(state->options.idle)) state->stopping = true;
    }
    state->part_from(state->sessions.close());
}

void Worker::stop() { state_->stopping = true; }

unsigned Worker::in_flight() const { return state_->in_flight; }

}  // namespace signet::relay

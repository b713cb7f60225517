// What every queue::QueueStore must do with what an operator holds, and when it is asked for one
// entry by its name.  A part of the suite in queue_store.h.
#pragma once

#include "conformance/queue_store.h"

namespace signet::conformance {

TEST_P(QueueStoreSuite, WhatIsHeldIsNotClaimedUntilItIsReleased) {
    using Edit = queue::Edit;
    const auto held = accept("1"), other = accept("2");
    EXPECT_TRUE(*run_task(store_.edit(held, {Edit::Kind::hold, event("queue.held")})));
    EXPECT_EQ(find(held)->state, queue::State::hold);
    bench_->clock.advance(std::chrono::days{400});
    EXPECT_EQ(find(held)->attempts, 0u);
    const auto leases = claim(9);
    ASSERT_EQ(leases.size(), 1u);
    EXPECT_EQ(leases[0].entry.id, other);

    // To be retried is not to be released.
    EXPECT_TRUE(*run_task(store_.edit(held, {Edit::Kind::retry_now, event("queue.retried")})));
    EXPECT_EQ(find(held)->state, queue::State::hold);
    EXPECT_TRUE(claim(9).empty());

    EXPECT_TRUE(*run_task(store_.edit(held, {Edit::Kind::release, event("queue.released")})));
    EXPECT_EQ(find(held)->due, bench_->clock.wall());
    EXPECT_EQ(find(held)->state, queue::State::incoming);
    EXPECT_EQ(claim(9).size(), 1u);
    EXPECT_EQ(names_of_events(),
              (std::vector<std::string>{"message.accepted", "message.accepted", "queue.held",
                                        "queue.retried", "queue.released"}));
}

TEST_P(QueueStoreSuite, AnEntrySaysInWhichStateItIs) {
    const auto id = accept("1");
    EXPECT_EQ(find(id)->state, queue::State::incoming);
    const auto lease = claim(1);
    EXPECT_EQ(lease.at(0).entry.state, queue::State::active);
    EXPECT_EQ(find(id)->state, queue::State::active);
    EXPECT_EQ(run_task(store_.list("", 9))->at(0).state, queue::State::active);
    ASSERT_TRUE(run_task(store_.settle(
        lease[0], {.recipients = {{0, Kind::deferred, "451"}}, .retry_at = bench_->clock.wall()})));
    EXPECT_EQ(find(id)->state, queue::State::deferred);
}

TEST_P(QueueStoreSuite, WhatIsBeingDeliveredIsNotHeld) {
    const auto id = accept("1");
    const auto lease = claim(1);
    const queue::Edit hold{queue::Edit::Kind::hold, event("queue.held")};
    EXPECT_EQ(run_task(store_.edit(id, hold)).error(), StoreFault::conflict);
    EXPECT_TRUE(run_task(store_.settle(lease[0], {.recipients = {{0, Kind::delivered, ""}}})));
    EXPECT_FALSE(*run_task(store_.edit(id, hold)));
    EXPECT_EQ(names_of_events(), std::vector<std::string>{"message.accepted"});
}

TEST_P(QueueStoreSuite, OneEntryIsClaimedByItsNameDueOrNotHeldOrNot) {
    const auto id = accept("1"), other = accept("2");
    const auto one = [&](const queue::QueueId& name) {
        return *run_task(
            store_.claim({.now = bench_->clock.wall(), .lease_time = kLeaseTime, .only = name}));
    };
    EXPECT_TRUE(*run_task(store_.edit(id, {queue::Edit::Kind::hold, event("queue.held")})));
    const auto held = one(id);
    ASSERT_EQ(held.size(), 1u);
    EXPECT_EQ(held[0].entry.id, id);
    EXPECT_TRUE(one(id).empty());
    EXPECT_TRUE(one(bench_->ids.next()).empty());
    // It stays held when the lease ends with recipients that still wait.
    ASSERT_TRUE(run_task(store_.settle(held[0], {.retry_at = bench_->clock.wall()})));
    EXPECT_EQ(find(id)->state, queue::State::hold);
    EXPECT_EQ(claim(9).size(), 1u);
    EXPECT_TRUE(one(other).empty());
    const auto again = one(id);
    ASSERT_EQ(again.size(), 1u);
    bench_->clock.advance(kLeaseTime);
    EXPECT_EQ(find(id)->state, queue::State::hold);
    const auto rest = claim(9);
    ASSERT_EQ(rest.size(), 1u);
    EXPECT_EQ(rest[0].entry.id, other);
    EXPECT_TRUE(run_task(store_.settle(again[0], {.recipients = {{0, Kind::failed, "550"}}})));
    EXPECT_FALSE(find(id));
}

}  // namespace signet::conformance

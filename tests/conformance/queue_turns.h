// What every queue::QueueStore must do when several want to go at once.  A part of the suite in
// queue_store.h.
#pragma once

#include "conformance/queue_store.h"

namespace signet::conformance {

class QueueTurns : public QueueStoreSuite {
protected:
    // Of an account; empty: of a stranger.
    queue::QueueId accept_from(std::string account, std::string sender = "ann") {
        auto info = message();
        info.account = std::move(account);
        info.envelope.sender.mailbox = mail::Mailbox{std::move(sender), "example.org"};
        return run_task(accepting("x", std::move(info)));
    }
    // So many (nine at most) of an account that were tried, and are due again.
    void accept_deferred(const std::string& account, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) accept_from(account);
        for (auto& lease : claim_but({}, true)) {
            ASSERT_TRUE(run_task(store_.settle(lease, {.recipients = {{0, Kind::deferred, "451"}},
                                                       .retry_at = bench_->clock.wall()})));
        }
    }
    // Whose messages they are, in their order; those that were tried in brackets.
    static std::string accounts(const std::vector<queue::Lease>& leases) {
        std::string names;
        for (const auto& [entry, token, until] : leases) {
            if (!names.empty()) names += ' ';
            names += entry.attempts > 0 ? "(" + entry.info.account + ")" : entry.info.account;
        }
        return names;
    }
    std::vector<queue::Lease> claim_but(std::vector<std::string> passed_over, bool fresh_only) {
        return *run_task(store_.claim({.now = bench_->clock.wall(),
                                       .count = 9,
                                       .passed_over = std::move(passed_over),
                                       .fresh_only = fresh_only}));
    }
};

TEST_P(QueueTurns, OwnersTakeTurnsHoweverManyTheyHaveWaiting) {
    for (int i = 0; i < 6; ++i) accept_from("job");
    bench_->clock.advance(std::chrono::seconds{1});
    accept_from("ann");
    accept_from("bob");
    accept_from("ann");
    // From one call to the next, too.
    EXPECT_EQ(accounts(claim(2)), "job ann");
    EXPECT_EQ(accounts(claim(1)), "bob");
    EXPECT_EQ(accounts(claim(3)), "job ann job");
    accept_from("bob");
    EXPECT_EQ(accounts(claim(9)), "job bob job job");
}

TEST_P(QueueTurns, AnAccountIsOneOwnerAndStrangersAreOneTogether) {
    for (const auto* sender : {"a", "b", "c"}) accept_from("job", sender);
    for (const auto* sender : {"a", "b", "c"}) accept_from("", sender);
    accept_from("ann");
    EXPECT_EQ(accounts(claim(9)), "job  ann job  job ");
}

TEST_P(QueueTurns, FreshMailGoesFirstAndOneInFourIsMailThatWasTried) {
    accept_deferred("job", 4);
    for (int i = 0; i < 10; ++i) accept_from("ann");
    EXPECT_EQ(accounts(claim(9)), "(job) ann ann ann (job) ann ann ann (job)");
    EXPECT_EQ(accounts(claim(9)), "ann ann ann (job) ann") << "and the rest when there is no other";
    accept_deferred("job", 2);
    EXPECT_EQ(accounts(claim(9)), "(job) (job)");
}

TEST_P(QueueTurns, MailThatWasTriedIsGivenOutByTurnsToo) {
    accept_deferred("job", 3);
    accept_deferred("ann", 1);
    EXPECT_EQ(accounts(claim(9)), "(job) (ann) (job) (job)");
}

TEST_P(QueueTurns, WhoIsPassedOverKeepsHisTurn) {
    for (int i = 0; i < 3; ++i) accept_from("job");
    accept_from("ann");
    accept_from("");
    EXPECT_EQ(accounts(claim_but({"account job", "strangers"}, false)), "ann");
    accept_from("ann");
    EXPECT_EQ(accounts(claim(9)), "job  ann job job");
}

TEST_P(QueueTurns, WhatWasTriedIsLeftWhereItIsWhereOnlyFreshMailIsWanted) {
    accept_deferred("job", 2);
    accept_from("job");
    EXPECT_EQ(accounts(claim_but({}, true)), "job");
    EXPECT_TRUE(claim_but({}, true).empty());
    EXPECT_EQ(accounts(claim(9)), "(job) (job)");
}

TEST_P(QueueTurns, AClockThatFallsBackGivesOutNothingThatIsNotDue) {
    accept_deferred("job", 1);
    accept_from("ann");
    ASSERT_EQ(claim(1).size(), 1u);  // both stood in line by then
    const auto before = bench_->clock.wall();
    bench_->clock.set_wall(before - std::chrono::hours{1});
    EXPECT_TRUE(claim(9).empty());
    accept_from("bob");
    EXPECT_EQ(accounts(claim(9)), "bob");
    bench_->clock.set_wall(before);
    EXPECT_EQ(claim(9).size(), 1u);
}

}  // namespace signet::conformance

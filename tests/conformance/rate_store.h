// What every limits::RateStore must do.  An implementation is a RateBench and a line in
// rates_test.cc.
#pragma once

#include "base/clock.h"
#include "limits/rate_store.h"
#include "net/run_task.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace signet::conformance {

// One store that has counted nothing, and the time it lives in.
class RateBench {
public:
    virtual ~RateBench() = default;
    virtual limits::RateStore& store() = 0;

    ManualClock clock;
};

using MakeRateBench = std::unique_ptr<RateBench> (*)();

class RateStoreSuite : public testing::TestWithParam<MakeRateBench> {
protected:
    using Ask = limits::Ask;
    using Of = limits::Key::Of;

    static Ask ask(Of of, std::string who, std::uint64_t count = 1) {
        return {.key = {of, std::move(who)}, .rate = {3, std::chrono::minutes{1}}, .count = count};
    }
    static Ask ann(std::uint64_t count = 1) { return ask(Of::account_messages, "ann", count); }
    limits::Decision take(Ask what) {
        return net::run_task(bench_->store().take(std::move(what))).value();
    }
    limits::Decision room(Ask what) {
        return net::run_task(bench_->store().room(std::move(what))).value();
    }

    std::unique_ptr<RateBench> bench_ = GetParam()();
};

TEST_P(RateStoreSuite, TakesAsManyAsTheRateHas) {
    EXPECT_TRUE(take(ann(2)).allowed);
    EXPECT_FALSE(take(ann(2)).allowed);
    EXPECT_TRUE(take(ann()).allowed);
    const auto refused = take(ann());
    EXPECT_FALSE(refused.allowed);
    EXPECT_GE(refused.retry_after, std::chrono::seconds{60});
    bench_->clock.advance(refused.retry_after);
    EXPECT_TRUE(take(ann(3)).allowed);
}

TEST_P(RateStoreSuite, NoStretchOfTheWindowHasMore) {
    EXPECT_TRUE(take(ann(3)).allowed);
    bench_->clock.advance(std::chrono::seconds{60} - std::chrono::microseconds{1});
    EXPECT_FALSE(take(ann()).allowed);
}

TEST_P(RateStoreSuite, ToLookCountsNothing) {
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(room(ann(3)).allowed);
    EXPECT_FALSE(room(ann(4)).allowed);
    EXPECT_TRUE(take(ann(3)).allowed);
    EXPECT_FALSE(room(ann()).allowed);
}

TEST_P(RateStoreSuite, KeysAreCountedApartByNameAndByKind) {
    for (const auto of : {Of::account_messages, Of::account_recipients, Of::credential_messages,
                          Of::credential_recipients, Of::network_messages, Of::network_recipients,
                          Of::client_connections, Of::client_commands}) {
        for (const auto* who : {"ann", "anna", ""}) EXPECT_TRUE(take(ask(of, who, 3)).allowed);
        for (const auto* who : {"ann", "anna", ""}) EXPECT_FALSE(take(ask(of, who)).allowed);
    }
}

TEST_P(RateStoreSuite, WhatIsGivenBackMayBeTakenAgain) {
    const auto taken = take(ann(3));
    EXPECT_TRUE(net::run_task(bench_->store().give_back(ann(2), taken.place)));
    EXPECT_FALSE(take(ann(3)).allowed);
    EXPECT_TRUE(take(ann(2)).allowed);
    EXPECT_TRUE(
        net::run_task(bench_->store().give_back(ask(Of::account_messages, "x"), taken.place)));
}

TEST_P(RateStoreSuite, ARateWithoutLimitAllowsAllAndCountsNothing) {
    auto free = ann(1'000'000);
    free.rate.count = 0;
    EXPECT_TRUE(take(free).allowed);
    EXPECT_TRUE(room(free).allowed);
    EXPECT_TRUE(net::run_task(bench_->store().give_back(free, 0)));
    EXPECT_TRUE(take(ann(3)).allowed);
}

TEST_P(RateStoreSuite, AnotherRateHoldsAtOnceForWhatWasCounted) {
    EXPECT_TRUE(take(ann(3)).allowed);
    auto more = ann();
    more.rate = {4, std::chrono::hours{1}};
    EXPECT_TRUE(take(more).allowed);
    EXPECT_FALSE(take(more).allowed);
}

TEST_P(RateStoreSuite, OfManyAtOnceNoMoreAreAllowed) {
    std::vector<Task<void>> tasks;
    int allowed = 0;
    for (int i = 0; i < 50; ++i) {
        tasks.push_back([](limits::RateStore& store, Ask what, int& count) -> Task<void> {
            const auto decision = co_await store.take(std::move(what));
            EXPECT_TRUE(decision);
            if (decision && decision->allowed) ++count;
        }(bench_->store(), ann(), allowed));
    }
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(allowed, 3);
}

}  // namespace signet::conformance

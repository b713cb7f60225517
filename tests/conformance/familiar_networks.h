// What every identity::FamiliarNetworks over accounts must do.  An implementation is a AccountBench
// and a line in accounts_test.cc.
#pragma once

#include "conformance/account_bench.h"
#include "identity/account.h"
#include "identity/familiar_networks.h"
#include "net/run_task.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace signet::conformance {

class FamiliarNetworksSuite : public testing::TestWithParam<MakeAccountBench> {
protected:
    FamiliarNetworksSuite() {
        add("ann");
        add("bob");
    }

    void add(std::string name) {
        identity::Account account;
        account.name = std::move(name);
        ASSERT_TRUE(net::run_task(bench_->accounts().add(std::move(account))));
    }
    void signs_in(std::string account, std::string network) {
        EXPECT_TRUE(net::run_task(
            bench_->networks().signed_in(std::move(account), std::move(network), now())));
    }
    bool familiar(std::string account, std::string network,
                  std::chrono::days within = std::chrono::days{30}) {
        return net::run_task(bench_->networks().familiar(std::move(account), std::move(network),
                                                         now() - within))
            .value();
    }
    WallTime now() const { return bench_->clock.wall(); }

    std::unique_ptr<AccountBench> bench_ = GetParam()();
};

TEST_P(FamiliarNetworksSuite, KnowsWhereAnAccountSignedIn) {
    EXPECT_FALSE(familiar("ann", "192.0.2.1"));
    signs_in("ann", "192.0.2.1");
    EXPECT_TRUE(familiar("ann", "192.0.2.1"));
    EXPECT_FALSE(familiar("bob", "192.0.2.1"));
    EXPECT_FALSE(familiar("ann", "192.0.2.2"));
    EXPECT_FALSE(familiar("nobody", "192.0.2.1"));
}

TEST_P(FamiliarNetworksSuite, ForgetsAfterAWhileAndRemembersAnew) {
    signs_in("ann", "2001:db8::/64");
    bench_->clock.advance(std::chrono::days{31});
    EXPECT_FALSE(familiar("ann", "2001:db8::/64"));
    EXPECT_TRUE(familiar("ann", "2001:db8::/64", std::chrono::days{32}));
    signs_in("ann", "2001:db8::/64");
    EXPECT_TRUE(familiar("ann", "2001:db8::/64"));
}

// Who signs in each hour is familiar as long as he does, though not each of it is written.
TEST_P(FamiliarNetworksSuite, IsAccurateToADay) {
    for (int hour = 0; hour < 60; ++hour) {
        signs_in("ann", "192.0.2.1");
        bench_->clock.advance(std::chrono::hours{1});
    }
    EXPECT_TRUE(familiar("ann", "192.0.2.1", std::chrono::days{2}));
}

TEST_P(FamiliarNetworksSuite, IsNoChangeOfAnAccount) {
    const auto before = bench_->accounts().generation();
    signs_in("ann", "192.0.2.1");
    EXPECT_EQ(bench_->accounts().generation(), before);
}

TEST_P(FamiliarNetworksSuite, KeepsNothingOfNobody) {
    signs_in("nobody", "192.0.2.1");
    add("nobody");
    EXPECT_FALSE(familiar("nobody", "192.0.2.1"));
}

TEST_P(FamiliarNetworksSuite, ForgetsWithTheAccount) {
    signs_in("ann", "192.0.2.1");
    EXPECT_TRUE(net::run_task(bench_->accounts().remove("ann")));
    add("ann");
    EXPECT_FALSE(familiar("ann", "192.0.2.1"));
}

TEST_P(FamiliarNetworksSuite, KeepsTheLatestOfOneAccount) {
    signs_in("bob", "198.51.100.1");
    for (std::size_t i = 0; i <= identity::kFamiliarNetworks; ++i) {
        signs_in("ann", "192.0.2." + std::to_string(i));
        bench_->clock.advance(std::chrono::seconds{1});
    }
    EXPECT_FALSE(familiar("ann", "192.0.2.0"));
    EXPECT_TRUE(familiar("ann", "192.0.2.1"));
    EXPECT_TRUE(familiar("ann", "192.0.2." + std::to_string(identity::kFamiliarNetworks)));
    EXPECT_TRUE(familiar("bob", "198.51.100.1"));
}

}  // namespace signet::conformance

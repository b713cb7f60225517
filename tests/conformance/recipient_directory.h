// What every identity::RecipientDirectory over accounts must do.  An implementation is a
// AccountBench and a line in accounts_test.cc.
#pragma once

#include "conformance/account_bench.h"
#include "identity/account.h"
#include "identity/recipient_directory.h"
#include "net/run_task.h"

#include <gtest/gtest.h>

#include <memory>

namespace signet::conformance {

class RecipientDirectorySuite : public testing::TestWithParam<MakeAccountBench> {
protected:
    std::unique_ptr<AccountBench> bench_ = GetParam()();

    identity::Account add(std::string name, std::vector<identity::SendAs> send_as,
                          bool enabled = true) {
        identity::Account account;
        account.name = std::move(name);
        account.send_as = std::move(send_as);
        account.enabled = enabled;
        return net::run_task(bench_->accounts().add(std::move(account))).value();
    }
    bool knows(std::string local_part, std::string domain) {
        return net::run_task(bench_->directory().knows({std::move(local_part), std::move(domain)}))
            .value();
    }
};

TEST_P(RecipientDirectorySuite, KnowsTheAddressesOfAccountsAndNothingElse) {
    EXPECT_FALSE(knows("ann", "example.com"));
    add("ann", {{"ann", "example.com"}, {"a b", "example.com"}, {"ann", "example.net"}});
    add("bob@example.com", {});
    EXPECT_TRUE(knows("ann", "example.com"));
    EXPECT_TRUE(knows("Ann", "example.com"));
    EXPECT_TRUE(knows("ann", "example.net"));
    EXPECT_TRUE(knows("a b", "example.com"));
    EXPECT_FALSE(knows("ann", "example.org"));
    EXPECT_FALSE(knows("an", "example.com"));
    EXPECT_FALSE(knows("bob", "example.com"));  // a name to sign in with is no address
}

TEST_P(RecipientDirectorySuite, ThatSomebodyWritesAsAllOfADomainMakesNobodyExist) {
    add("ann", {{"", "example.com"}});
    EXPECT_FALSE(knows("ann", "example.com"));
    EXPECT_FALSE(knows("", "example.com.au"));
    EXPECT_FALSE(knows("*", "example.com"));
}

TEST_P(RecipientDirectorySuite, AnAccountThatIsDisabledStillGetsItsMail) {
    add("ann", {{"ann", "example.com"}}, false);
    EXPECT_TRUE(knows("ann", "example.com"));
}

TEST_P(RecipientDirectorySuite, FollowsEachChange) {
    auto ann = add("ann", {{"ann", "example.com"}});
    ann.send_as = {{"anna", "example.com"}};
    ASSERT_TRUE(net::run_task(bench_->accounts().update(ann)));
    EXPECT_FALSE(knows("ann", "example.com"));
    EXPECT_TRUE(knows("anna", "example.com"));
    ASSERT_TRUE(net::run_task(bench_->accounts().remove("ann")).value());
    EXPECT_FALSE(knows("anna", "example.com"));
}

TEST_P(RecipientDirectorySuite, security_10_what_looks_like_a_statement_is_only_a_name) {
    add("ann", {{"ann", "example.com"}});
    for (const auto* hostile : {"' OR '1'='1", "%", "_nn", "ann'--", "*", "\" OR 1 --"}) {
        EXPECT_FALSE(knows(hostile, "example.com")) << hostile;
        EXPECT_FALSE(knows("ann", hostile)) << hostile;
    }
}

}  // namespace signet::conformance

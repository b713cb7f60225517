#include "store/recent_accounts.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

using namespace std::chrono_literals;

identity::Account account(const std::string& name, bool enabled = true) {
    identity::Account made;
    made.name = name;
    made.enabled = enabled;
    return made;
}

class Recent : public ::testing::Test {
protected:
    bool knows(const std::string& name, std::uint64_t as_of) {
        return recent_.find(name, as_of).has_value();
    }
    ManualClock clock_;
    RecentAccounts recent_{clock_, 3};
};

TEST_F(Recent, AnAccountIsKnownUntilSomethingChanges) {
    EXPECT_FALSE(knows("ann", 0));
    recent_.keep(0, account("ann"));
    EXPECT_TRUE(knows("ann", 0));
    EXPECT_FALSE(knows("ann", 1)) << "anything may have";
    recent_.keep(1, account("ann", false));
    ASSERT_TRUE(knows("ann", 1));
    EXPECT_FALSE(recent_.find("ann", 1)->enabled);
}

// A read that began before a change, and ended behind it.
TEST_F(Recent, WhatWasReadBeforeAChangeIsNotKept) {
    recent_.keep(2, account("bob"));
    recent_.keep(1, account("ann"));
    EXPECT_FALSE(knows("ann", 1));
    EXPECT_FALSE(knows("ann", 2));
    EXPECT_TRUE(knows("bob", 2));
}

TEST_F(Recent, NothingIsKnownForLongerThanAMinute) {
    recent_.keep(0, account("ann"));
    clock_.advance(59s);
    EXPECT_TRUE(knows("ann", 0));
    clock_.advance(1s);
    EXPECT_FALSE(knows("ann", 0));
}

TEST_F(Recent, WhatNobodyHasIsRememberedUntilSomethingChanges) {
    EXPECT_FALSE(recent_.is_nobodys("token company 4711", 0));
    recent_.keep_nobodys(0, "token company 4711");
    EXPECT_TRUE(recent_.is_nobodys("token company 4711", 0));
    EXPECT_FALSE(recent_.is_nobodys("token company 4712", 0));
    EXPECT_FALSE(recent_.is_nobodys("token company 4711", 1)) << "somebody may have it now";
    recent_.keep(1, account("ann"));
    recent_.keep_nobodys(0, "token company 4711");
    EXPECT_FALSE(recent_.is_nobodys("token company 4711", 1));
    for (const auto* one : {"a", "b", "c", "d"}) recent_.keep_nobodys(1, one);
    EXPECT_FALSE(recent_.is_nobodys("a", 1));
    EXPECT_TRUE(recent_.is_nobodys("d", 1));
}

TEST_F(Recent, ItHasABound) {
    for (const auto* name : {"a", "b", "c"}) recent_.keep(0, account(name));
    EXPECT_TRUE(knows("a", 0));
    recent_.keep(0, account("d"));
    EXPECT_FALSE(knows("a", 0));
    EXPECT_TRUE(knows("d", 0));
}

}  // namespace
}  // namespace signet::store

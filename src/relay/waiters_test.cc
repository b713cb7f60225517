#include "relay/waiters.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using std::chrono::seconds;

const SteadyTime kNow{seconds{1'000}};

TEST(Waiters, AreKnownByMessageAndByOwner) {
    Waiters waiters;
    waiters.put({"a", "ann"}, kNow + seconds{2});
    waiters.put({"b", "bob"}, kNow + seconds{1});
    waiters.put({"a", "ann"}, kNow + seconds{3});
    EXPECT_EQ(waiters.size(), 2u);
    EXPECT_EQ(waiters.owners(), 2u);
    EXPECT_EQ(waiters.size_of("ann"), 1u);
    EXPECT_EQ(waiters.until("a"), kNow + seconds{3});
    EXPECT_FALSE(waiters.until("c"));
    waiters.forget(kNow + seconds{3});
    EXPECT_FALSE(waiters.contains("b"));
    EXPECT_TRUE(waiters.contains("a"));
    waiters.erase("a");
    waiters.erase("a");
    EXPECT_EQ(waiters.size() + waiters.owners() + waiters.size_of("ann"), 0u);
}

TEST(Waiters, ANewcomerGoesAsIfOwnersHadComeByTurns) {
    Waiters waiters;
    for (int i = 1; i <= 6; ++i) waiters.put({"j" + std::to_string(i), "job"}, kNow + seconds{i});
    waiters.put({"b", "bob"}, kNow + seconds{7});
    const auto early = [&] {
        const auto found = waiters.too_early_for("ann", kNow);
        return found ? found->message : std::string{"nobody"};
    };
    EXPECT_EQ(early(), "j2") << "each owner goes once before him";
    EXPECT_EQ(waiters.too_early_for("ann", kNow)->owner, "job");
    waiters.put({"a1", "ann"}, kNow + seconds{2});
    EXPECT_EQ(early(), "j3");
    EXPECT_EQ(waiters.too_early_for("ann", kNow + seconds{3})->message, "j5") << "who is to come";
    for (int i = 2; i <= 5; ++i) waiters.put({"a" + std::to_string(i), "ann"}, kNow + seconds{9});
    EXPECT_EQ(early(), "nobody") << "he has as many now";
    EXPECT_FALSE(waiters.too_early_for("job", kNow));
}

TEST(Waiters, NobodyIsMovedForHimselfOrWhenTheyAreAlone) {
    Waiters waiters;
    EXPECT_FALSE(waiters.too_early_for("ann", kNow));
    for (int i = 1; i <= 6; ++i) waiters.put({"j" + std::to_string(i), "job"}, kNow + seconds{i});
    EXPECT_FALSE(waiters.too_early_for("job", kNow));
    EXPECT_FALSE(waiters.too_early_for("ann", kNow + seconds{6})) << "all of them should be here";
}

}  // namespace
}  // namespace signet::relay

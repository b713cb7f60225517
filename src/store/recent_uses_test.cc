#include "store/recent_uses.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

constexpr WallTime kNow{std::chrono::days{20'000}};

identity::LastUse use_at(WallTime time) { return {time, "192.0.2.1", "PLAIN", "TLSv1.3"}; }

TEST(RecentUses, AUseIsNewsOnceAMinuteOrFromAnotherPlace) {
    RecentUses uses;
    EXPECT_TRUE(uses.is_news("ann", "password", use_at(kNow)));
    EXPECT_FALSE(uses.is_news("ann", "password", use_at(kNow + std::chrono::seconds{59})));
    EXPECT_TRUE(uses.is_news("ann", "password", use_at(kNow + std::chrono::seconds{60})));
    EXPECT_TRUE(uses.is_news("ann", "printer", use_at(kNow)));
    auto elsewhere = use_at(kNow + std::chrono::seconds{61});
    elsewhere.client = "192.0.2.2";
    EXPECT_TRUE(uses.is_news("ann", "password", elsewhere));
}

TEST(RecentSignIns, ASignInIsKnownForADayOfWhenItWasWritten) {
    RecentSignIns recent;
    EXPECT_FALSE(recent.knows("ann", "192.0.2.1", kNow, 0));
    recent.keep("ann", "192.0.2.1", kNow, 0);
    EXPECT_TRUE(recent.knows("ann", "192.0.2.1", kNow + std::chrono::hours{23}, 0));
    EXPECT_FALSE(recent.knows("ann", "192.0.2.1", kNow + std::chrono::hours{24}, 0));
    EXPECT_FALSE(recent.knows("ann", "192.0.2.2", kNow, 0));
    EXPECT_FALSE(recent.knows("bob", "192.0.2.1", kNow, 0));
}

TEST(RecentSignIns, NothingIsKnownOfOtherAccountsThanThoseOfNow) {
    RecentSignIns recent;
    recent.keep("ann", "192.0.2.1", kNow, 3);
    EXPECT_FALSE(recent.knows("ann", "192.0.2.1", kNow, 4)) << "she may have been removed";
    recent.keep("bob", "192.0.2.1", kNow, 4);
    recent.keep("ann", "192.0.2.1", kNow, 3);  // was under way all the while
    EXPECT_TRUE(recent.knows("bob", "192.0.2.1", kNow, 4));
    EXPECT_FALSE(recent.knows("ann", "192.0.2.1", kNow, 4));
}

}  // namespace
}  // namespace signet::store

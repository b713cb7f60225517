#include "store/claims.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

using std::chrono::seconds;

const WallTime kWall{seconds{1'000'000}};
const SteadyTime kNow{seconds{500}};

std::vector<std::string> ids(const std::vector<Claim>& claims) {
    std::vector<std::string> found;
    for (const auto& claim : claims) found.push_back(claim.id);
    return found;
}

using Ids = std::vector<std::string>;

TEST(Claims, a_tally_says_what_is_new_what_is_held_and_what_waits_again) {
    Claims claims;
    const std::string early = "01JV3AAAAAAAAAAAAAAAAAAAAA", late = "01JV3BAAAAAAAAAAAAAAAAAAAA",
                      held = "01JV3CAAAAAAAAAAAAAAAAAAAA", again = "01JV3DAAAAAAAAAAAAAAAAAAAA";
    claims.put(held, kWall - seconds{9}, {.octets = 1'000, .tried = true});
    ASSERT_EQ(claims.claim(kWall, kNow, 1, seconds{10}).size(), 1u);
    claims.put(late, kWall, {.octets = 10});
    claims.put(early, kWall, {.octets = 1});
    claims.put(again, kWall + seconds{60}, {.octets = 100, .tried = true});
    const auto tally = claims.tally(kNow);
    EXPECT_EQ(tally.incoming.messages, 2u);
    EXPECT_EQ(tally.incoming.octets, 11u);
    EXPECT_EQ(tally.incoming.oldest, time_of_ulid(early));
    EXPECT_EQ(tally.active.octets, 1'000u);
    EXPECT_EQ(tally.deferred.octets, 100u);
    // A lease that is over holds nothing, and what is given back keeps its weight.
    EXPECT_EQ(claims.tally(kNow + seconds{10}).active.messages, 0u);
    EXPECT_EQ(claims.tally(kNow + seconds{10}).deferred.octets, 1'100u);
    claims.give_back(claims.claim(kWall, kNow, 1, seconds{10}).at(0));
    EXPECT_EQ(claims.tally(kNow).incoming.octets, 11u);
    EXPECT_FALSE(claims.tally(kNow + seconds{60}).active.oldest);
}

TEST(Claims, GiveOutTheOldestDueFirstAndNothingThatIsNotDue) {
    Claims claims;
    claims.put("b", kWall - seconds{1});
    claims.put("a", kWall - seconds{1});
    claims.put("c", kWall - seconds{9});
    claims.put("d", kWall + seconds{1});
    EXPECT_EQ(ids(claims.claim(kWall, kNow, 2, seconds{10})), (Ids{"c", "a"}));
    EXPECT_EQ(ids(claims.claim(kWall, kNow, 9, seconds{10})), (Ids{"b"}));
    EXPECT_EQ(ids(claims.claim(kWall + seconds{1}, kNow, 9, seconds{10})), (Ids{"d"}));
    EXPECT_EQ(claims.size(), 4u);
}

TEST(Claims, ALeaseThatRanOutIsGivenToTheNextAndTheFirstHolderLosesIt) {
    Claims claims;
    claims.put("a", kWall);
    const auto first = claims.claim(kWall, kNow, 1, seconds{10});
    ASSERT_EQ(first.size(), 1u);
    EXPECT_TRUE(claims.is_leased("a", kNow + seconds{9}));
    EXPECT_FALSE(claims.is_leased("a", kNow + seconds{10}));
    EXPECT_TRUE(claims.claim(kWall, kNow + seconds{9}, 1, seconds{10}).empty());
    EXPECT_TRUE(claims.holds("a", first[0].token));  // nobody else came

    const auto second = claims.claim(kWall, kNow + seconds{10}, 1, seconds{10});
    ASSERT_EQ(second.size(), 1u);
    EXPECT_FALSE(claims.holds("a", first[0].token));
    EXPECT_TRUE(claims.holds("a", second[0].token));
}

TEST(Claims, AWallClockThatJumpsFreesNoLease) {
    Claims claims;
    claims.put("a", kWall);
    ASSERT_EQ(claims.claim(kWall, kNow, 1, seconds{10}).size(), 1u);
    const auto in_a_year = kWall + std::chrono::hours{24 * 400};
    EXPECT_TRUE(claims.claim(in_a_year, kNow + seconds{1}, 1, seconds{10}).empty());
}

TEST(Claims, PuttingAnEntryAgainEndsItsLeaseAndMovesItsTime) {
    Claims claims;
    claims.put("a", kWall);
    const auto first = claims.claim(kWall, kNow, 1, seconds{10});
    claims.put("a", kWall + seconds{5});
    EXPECT_FALSE(claims.holds("a", first[0].token));
    EXPECT_TRUE(claims.claim(kWall + seconds{4}, kNow, 1, seconds{10}).empty());
    EXPECT_EQ(claims.claim(kWall + seconds{5}, kNow, 1, seconds{10}).size(), 1u);
}

TEST(Claims, WhatIsGivenBackIsThereForTheNext) {
    Claims claims;
    claims.put("a", kWall);
    const auto first = claims.claim(kWall, kNow, 1, seconds{10});
    claims.give_back(first[0]);
    const auto second = claims.claim(kWall, kNow, 1, seconds{10});
    ASSERT_EQ(second.size(), 1u);
    claims.give_back(first[0]);  // not his any more
    EXPECT_TRUE(claims.holds("a", second[0].token));
}

TEST(Claims, WhatIsErasedIsGoneLeasedOrNot) {
    Claims claims;
    claims.put("a", kWall);
    claims.put("b", kWall);
    const auto held = claims.claim(kWall, kNow, 1, seconds{10});
    claims.erase("a");
    claims.erase("b");
    claims.erase("never there");
    EXPECT_EQ(claims.size(), 0u);
    EXPECT_FALSE(claims.holds("a", held[0].token));
    EXPECT_TRUE(claims.claim(kWall, kNow + seconds{99}, 9, seconds{10}).empty());
}

TEST(Claims, ATokenOfALifeBeforeOpensNothing) {
    Claims before{100}, after{200};
    before.put("a", kWall);
    after.put("a", kWall);
    const auto old = before.claim(kWall, kNow, 1, seconds{10});
    ASSERT_EQ(after.claim(kWall, kNow, 1, seconds{10}).size(), 1u);
    EXPECT_FALSE(after.holds("a", old[0].token));
    EXPECT_FALSE(after.holds("a", 0));
}

TEST(Claims, AHoldThatIsLearntLateLeavesALeaseAlone) {
    Claims claims;
    claims.put("a", kWall);
    const auto leased = claims.claim(kWall, kNow, 1, seconds{10});
    claims.set_held("a", true);
    EXPECT_TRUE(claims.holds("a", leased[0].token));
    EXPECT_EQ(claims.state_of("a", kNow), queue::State::active);
    EXPECT_TRUE(claims.claim(kWall, kNow + seconds{10}, 1, seconds{10}).empty());
    EXPECT_EQ(claims.tally(kNow + seconds{10}).hold.messages, 1u);
    claims.set_held("a", false);
    EXPECT_EQ(claims.claim(kWall, kNow + seconds{10}, 1, seconds{10}).size(), 1u);
}

TEST(Claims, WhatIsGivenBackIsHeldAsBefore) {
    Claims claims;
    claims.put("a", kWall, {}, /*held=*/true);
    const auto leased = claims.claim({.now = kWall, .only = "a"}, kNow);
    ASSERT_EQ(leased.size(), 1u);
    claims.give_back(leased[0]);
    EXPECT_TRUE(claims.claim(kWall, kNow, 1, seconds{10}).empty());
    EXPECT_EQ(claims.state_of("a", kNow), queue::State::hold);
}

}  // namespace
}  // namespace signet::store

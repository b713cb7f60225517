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

std::vector<Claim> claim(Claims& claims, WallTime wall, SteadyTime now, std::size_t count,
                         seconds lease_time) {
    return claims.claim({.now = wall, .count = count, .lease_time = lease_time}, now);
}

TEST(Claims, a_tally_says_what_is_new_what_is_held_and_what_waits_again) {
    Claims claims;
    const std::string early = "01JV3AAAAAAAAAAAAAAAAAAAAA", late = "01JV3BAAAAAAAAAAAAAAAAAAAA",
                      held = "01JV3CAAAAAAAAAAAAAAAAAAAA", again = "01JV3DAAAAAAAAAAAAAAAAAAAA";
    claims.put(held, kWall - seconds{9}, {.octets = 1'000, .tried = true});
    ASSERT_EQ(claim(claims, kWall, kNow, 1, seconds{10}).size(), 1u);
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
    claims.give_back(claim(claims, kWall, kNow, 1, seconds{10}).at(0));
    EXPECT_EQ(claims.tally(kNow).incoming.octets, 11u);
    EXPECT_FALSE(claims.tally(kNow + seconds{60}).active.oldest);
}

TEST(Claims, GiveOutTheOldestDueOfOneOwnerFirstAndNothingThatIsNotDue) {
    Claims claims;
    claims.put("b", kWall - seconds{1});
    claims.put("a", kWall - seconds{1});
    claims.put("c", kWall - seconds{9});
    claims.put("d", kWall + seconds{1});
    EXPECT_EQ(ids(claim(claims, kWall, kNow, 2, seconds{10})), (Ids{"c", "a"}));
    EXPECT_EQ(ids(claim(claims, kWall, kNow, 9, seconds{10})), (Ids{"b"}));
    EXPECT_EQ(ids(claim(claims, kWall + seconds{1}, kNow, 9, seconds{10})), (Ids{"d"}));
    EXPECT_EQ(claims.size(), 4u);
}

TEST(Claims, ALeaseThatRanOutIsGivenToTheNextAndTheFirstHolderLosesIt) {
    Claims claims;
    claims.put("a", kWall);
    const auto first = claim(claims, kWall, kNow, 1, seconds{10});
    ASSERT_EQ(first.size(), 1u);
    EXPECT_TRUE(claims.is_leased("a", kNow + seconds{9}));
    EXPECT_FALSE(claims.is_leased("a", kNow + seconds{10}));
    EXPECT_TRUE(claim(claims, kWall, kNow + seconds{9}, 1, seconds{10}).empty());
    EXPECT_TRUE(claims.holds("a", first[0].token));  // nobody else came

    const auto second = claim(claims, kWall, kNow + seconds{10}, 1, seconds{10});
    ASSERT_EQ(second.size(), 1u);
    EXPECT_FALSE(claims.holds("a", first[0].token));
    EXPECT_TRUE(claims.holds("a", second[0].token));
}

TEST(Claims, AWallClockThatJumpsFreesNoLease) {
    Claims claims;
    claims.put("a", kWall);
    ASSERT_EQ(claim(claims, kWall, kNow, 1, seconds{10}).size(), 1u);
    const auto in_a_year = kWall + std::chrono::hours{24 * 400};
    EXPECT_TRUE(claim(claims, in_a_year, kNow + seconds{1}, 1, seconds{10}).empty());
}

TEST(Claims, PuttingAnEntryAgainEndsItsLeaseAndMovesItsTime) {
    Claims claims;
    claims.put("a", kWall);
    const auto first = claim(claims, kWall, kNow, 1, seconds{10});
    claims.put("a", kWall + seconds{5});
    EXPECT_FALSE(claims.holds("a", first[0].token));
    EXPECT_TRUE(claim(claims, kWall + seconds{4}, kNow, 1, seconds{10}).empty());
    EXPECT_EQ(claim(claims, kWall + seconds{5}, kNow, 1, seconds{10}).size(), 1u);
}

TEST(Claims, WhatIsGivenBackIsThereForTheNext) {
    Claims claims;
    claims.put("a", kWall);
    const auto first = claim(claims, kWall, kNow, 1, seconds{10});
    claims.give_back(first[0]);
    const auto second = claim(claims, kWall, kNow, 1, seconds{10});
    ASSERT_EQ(second.size(), 1u);
    claims.give_back(first[0]);  // not his any more
    EXPECT_TRUE(claims.holds("a", second[0].token));
}

TEST(Claims, WhatIsErasedIsGoneLeasedOrNot) {
    Claims claims;
    claims.put("a", kWall);
    claims.put("b", kWall);
    const auto held = claim(claims, kWall, kNow, 1, seconds{10});
    claims.erase("a");
    claims.erase("b");
    claims.erase("never there");
    EXPECT_EQ(claims.size(), 0u);
    EXPECT_FALSE(claims.holds("a", held[0].token));
    EXPECT_TRUE(claim(claims, kWall, kNow + seconds{99}, 9, seconds{10}).empty());
}

TEST(Claims, ATokenOfALifeBeforeOpensNothing) {
    Claims before{100}, after{200};
    before.put("a", kWall);
    after.put("a", kWall);
    const auto old = claim(before, kWall, kNow, 1, seconds{10});
    ASSERT_EQ(claim(after, kWall, kNow, 1, seconds{10}).size(), 1u);
    EXPECT_FALSE(after.holds("a", old[0].token));
    EXPECT_FALSE(after.holds("a", 0));
}

TEST(Claims, AHoldThatIsLearntLateLeavesALeaseAlone) {
    Claims claims;
    claims.put("a", kWall);
    const auto leased = claim(claims, kWall, kNow, 1, seconds{10});
    claims.set_held("a", true);
    EXPECT_TRUE(claims.holds("a", leased[0].token));
    EXPECT_EQ(claims.state_of("a", kNow), queue::State::active);
    EXPECT_TRUE(claim(claims, kWall, kNow + seconds{10}, 1, seconds{10}).empty());
    EXPECT_EQ(claims.tally(kNow + seconds{10}).hold.messages, 1u);
    claims.set_held("a", false);
    EXPECT_EQ(claim(claims, kWall, kNow + seconds{10}, 1, seconds{10}).size(), 1u);
}

TEST(Claims, WhatIsGivenBackIsHeldAsBefore) {
    Claims claims;
    claims.put("a", kWall, {}, /*held=*/true);
    const auto leased = claims.claim({.now = kWall, .only = "a"}, kNow);
    ASSERT_EQ(leased.size(), 1u);
    claims.give_back(leased[0]);
    EXPECT_TRUE(claim(claims, kWall, kNow, 1, seconds{10}).empty());
    EXPECT_EQ(claims.state_of("a", kNow), queue::State::hold);
}

TEST(Claims, WhoHasSomethingDueStandsInLineInTheOrderInWhichItWasDue) {
    Claims claims;
    claims.put("a", kWall - seconds{1}, {.owner = "late"});
    claims.put("b", kWall - seconds{9}, {.owner = "early"});
    claims.put("c", kWall - seconds{8}, {.owner = "early"});
    claims.put("d", kWall + seconds{1}, {.owner = "not yet"});
    EXPECT_EQ(ids(claim(claims, kWall, kNow, 9, seconds{10})), (Ids{"b", "a", "c"}));
}

TEST(Claims, WhoseLastEntryLeftComesBackAtTheEnd) {
    Claims claims;
    const auto put = [&](const std::string& id, std::string owner) {
        claims.put(id, kWall, {.owner = std::move(owner)});
    };
    put("a1", "a"), put("b1", "b"), put("b2", "b"), put("c1", "c");
    claims.erase("a1");
    EXPECT_EQ(ids(claim(claims, kWall, kNow, 1, seconds{10})), Ids{"b1"});
    put("a2", "a");
    EXPECT_EQ(ids(claim(claims, kWall, kNow, 9, seconds{10})), (Ids{"c1", "b2", "a2"}));
    EXPECT_EQ(claims.size(), 4u);
}

TEST(Claims, ALeaseThatEndsComesBackIntoTheLineOfItsOwner) {
    Claims claims;
    claims.put("a1", kWall - seconds{9}, {.owner = "a"});
    ASSERT_EQ(claim(claims, kWall, kNow, 1, seconds{10}).size(), 1u);
    for (const auto* id : {"a2", "a3"}) claims.put(id, kWall, {.owner = "a"});
    claims.put("b1", kWall, {.owner = "b"});
    EXPECT_EQ(ids(claim(claims, kWall, kNow + seconds{10}, 9, seconds{10})),
              (Ids{"a1", "b1", "a2", "a3"}));
}

TEST(Claims, AnEntryMayChangeItsOwnerAndItsKind) {
    Claims claims;
    claims.put("x", kWall, {.tried = true, .owner = "a"});
    claims.put("y", kWall, {.owner = "a"});
    claims.put("x", kWall, {.owner = "b"});
    const auto both = claims.claim({.now = kWall, .count = 9, .passed_over = {"a"}}, kNow);
    EXPECT_EQ(ids(both), Ids{"x"});
    EXPECT_EQ(claims.state_of("x", kNow + std::chrono::hours{1}), queue::State::incoming);
}

}  // namespace
}  // namespace signet::store

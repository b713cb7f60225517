#include "store/verified_cache.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

using std::chrono::seconds;

identity::Account account(std::string name, std::uint64_t revision = 1) {
    identity::Account made;
    made.name = std::move(name);
    made.revision = revision;
    made.password().secret = "hash of " + made.name;
    return made;
}

Secret password(std::string_view text) { return Secret::copy_of(text); }

class VerifiedCacheTest : public testing::Test {
protected:
    ManualClock clock_;
    SeededEntropy entropy_{1};
    VerifiedCache cache_{clock_, entropy_, seconds{120}, 3};
};

TEST_F(VerifiedCacheTest, HoldsWhatWasRememberedAndNothingElse) {
    const auto ann = account("ann");
    EXPECT_FALSE(cache_.holds(ann, ann.password_hash(), password("right")));
    cache_.remember(ann, ann.password_hash(), password("right"));
    EXPECT_TRUE(cache_.holds(ann, ann.password_hash(), password("right")));
    EXPECT_FALSE(cache_.holds(ann, ann.password_hash(), password("wrong")));
    EXPECT_FALSE(cache_.holds(ann, ann.password_hash(), password("")));
}

TEST_F(VerifiedCacheTest, AnEntryDiesAfterItsLifeHoweverOftenItIsUsed) {
    const auto ann = account("ann");
    cache_.remember(ann, ann.password_hash(), password("right"));
    for (int i = 0; i < 119; ++i) {
        clock_.advance(seconds{1});
        EXPECT_TRUE(cache_.holds(ann, ann.password_hash(), password("right")));
        cache_.remember(ann, ann.password_hash(), password("right"));
    }
    clock_.advance(seconds{1});
    EXPECT_FALSE(cache_.holds(ann, ann.password_hash(), password("right")));
    EXPECT_EQ(cache_.size(), 0u);
}

TEST_F(VerifiedCacheTest, AJumpOfTheWallClockChangesNothing) {
    const auto ann = account("ann");
    cache_.remember(ann, ann.password_hash(), password("right"));
    clock_.set_wall(clock_.wall() + std::chrono::hours{24 * 400});
    EXPECT_TRUE(cache_.holds(ann, ann.password_hash(), password("right")));
    clock_.set_wall(WallTime{});
    clock_.advance(seconds{121});
    EXPECT_FALSE(cache_.holds(ann, ann.password_hash(), password("right")));
}

TEST_F(VerifiedCacheTest, TheOldestGoesWhenItIsFull) {
    for (const auto* name : {"a", "b", "c", "d"}) {
        cache_.remember(account(name), account(name).password_hash(), password("p"));
        clock_.advance(seconds{1});
    }
    EXPECT_EQ(cache_.size(), 3u);
    EXPECT_FALSE(cache_.holds(account("a"), account("a").password_hash(), password("p")));
    EXPECT_TRUE(cache_.holds(account("d"), account("d").password_hash(), password("p")));
}

TEST_F(VerifiedCacheTest, ALifeOfZeroTurnsItOff) {
    VerifiedCache off{clock_, entropy_, seconds{0}, 3};
    off.remember(account("ann"), account("ann").password_hash(), password("p"));
    EXPECT_FALSE(off.holds(account("ann"), account("ann").password_hash(), password("p")));
}

// CVE-2025-30189 was a cache whose key named too little.
TEST_F(VerifiedCacheTest, security_11_an_entry_serves_one_account_in_one_revision_only) {
    cache_.remember(account("ann", 7), account("ann", 7).password_hash(), password("same"));
    EXPECT_FALSE(
        cache_.holds(account("bob", 7), account("bob", 7).password_hash(), password("same")));
    EXPECT_FALSE(
        cache_.holds(account("ann", 8), account("ann", 8).password_hash(), password("same")));
    EXPECT_FALSE(
        cache_.holds(account("ann", 6), account("ann", 6).password_hash(), password("same")));
    auto rehashed = account("ann", 7);
    rehashed.password().secret += "x";
    EXPECT_FALSE(cache_.holds(rehashed, rehashed.password_hash(), password("same")));
}

TEST_F(VerifiedCacheTest, security_11_octets_cannot_move_from_one_field_to_the_next) {
    auto a = account("ann"), b = account("ann");
    a.password().secret = "xy";
    b.password().secret = "x";
    cache_.remember(a, a.password_hash(), password("z"));
    EXPECT_FALSE(cache_.holds(b, b.password_hash(), password("yz")));
    b.name = "annx";
    b.password().secret = "y";
    EXPECT_FALSE(cache_.holds(b, b.password_hash(), password("z")));
}

}  // namespace
}  // namespace signet::store

#include "limits/guessing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::limits {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr SteadyTime kStart{100h};
const Pair kAnn{"ann", "192.0.2.1"};

// The defaults: 5 in 10 minutes, 15 minutes; 10 accounts in an hour, an hour; 1 s for each.
class GuessingTest : public testing::Test {
protected:
    Consequence fails(const Pair& pair, std::string_view print, bool exempt = false) {
        return guessing_.failed(pair, {.print = print, .account = pair.account, .exempt = exempt},
                                now_);
    }
    bool banned(const Pair& pair) const { return guessing_.bar_to(pair, now_).has_value(); }

    settings::GuessingSettings rules_;
    Guessing guessing_{rules_};
    SteadyTime now_ = kStart;
};

TEST_F(GuessingTest, the_fifth_different_password_brings_a_ban_for_that_account_there) {
    for (const auto* print : {"1", "2", "3", "4"}) {
        EXPECT_THAT(fails(kAnn, print).begun, IsEmpty());
        EXPECT_FALSE(banned(kAnn));
    }
    EXPECT_THAT(fails(kAnn, "5").begun, ElementsAre(Bar{"192.0.2.1", "ann", now_ + 15min}));
    EXPECT_EQ(guessing_.bar_to(kAnn, now_), (Bar{"192.0.2.1", "ann", now_ + 15min}));
    EXPECT_FALSE(banned({"ann", "192.0.2.2"})) << "the victim elsewhere";
    EXPECT_FALSE(banned({"bob", "192.0.2.1"})) << "the office";
    now_ += 15min - 1us;
    EXPECT_TRUE(banned(kAnn));
    now_ += 1us;
    EXPECT_FALSE(banned(kAnn));
}

TEST_F(GuessingTest, after_a_ban_the_count_begins_anew) {
    for (const auto* print : {"1", "2", "3", "4", "5"}) fails(kAnn, print);
    now_ += 15min;
    for (const auto* print : {"6", "7", "8", "9"}) EXPECT_THAT(fails(kAnn, print).begun, IsEmpty());
    EXPECT_THAT(fails(kAnn, "10").begun, SizeIs(1));
}

TEST_F(GuessingTest, the_same_wrong_password_counts_once) {
    for (int day = 0; day < 200; ++day, now_ += 1min) {
        const auto consequence = fails(kAnn, "last year's");
        EXPECT_THAT(consequence.begun, IsEmpty());
        EXPECT_EQ(consequence.delay, 0ms);
    }
    for (const auto* print : {"1", "2", "3"}) EXPECT_THAT(fails(kAnn, print).begun, IsEmpty());
    EXPECT_THAT(fails(kAnn, "4").begun, SizeIs(1));
}

TEST_F(GuessingTest, a_proof_shows_no_password_so_each_counts) {
    for (int i = 0; i < 4; ++i) EXPECT_THAT(fails(kAnn, "").begun, IsEmpty());
    EXPECT_THAT(fails(kAnn, "").begun, SizeIs(1));
}

TEST_F(GuessingTest, each_failure_before_delays_the_answer) {
    EXPECT_EQ(fails(kAnn, "1").delay, 0ms);
    EXPECT_EQ(fails(kAnn, "2").delay, 1s);
    EXPECT_EQ(fails(kAnn, "2").delay, 1s) << "again: one was before";
    EXPECT_EQ(fails(kAnn, "3").delay, 2s);
    EXPECT_EQ(fails({"ann", "192.0.2.2"}, "1").delay, 0ms);
    rules_.delay = 9s;
    guessing_.set(rules_);
    EXPECT_EQ(fails(kAnn, "4").delay, 10s) << "never longer than a session may take";
}

TEST_F(GuessingTest, what_is_older_than_the_window_does_not_count) {
    for (const auto* print : {"1", "2", "3", "4"}) fails(kAnn, print);
    now_ += 10min;
    EXPECT_EQ(fails(kAnn, "5").delay, 0ms);
    EXPECT_FALSE(banned(kAnn));
}

TEST_F(GuessingTest, an_exempt_pair_is_delayed_and_never_banned) {
    for (int i = 0; i < 1'000; ++i) {
        const auto consequence = fails(kAnn, std::to_string(i), /*exempt=*/true);
        EXPECT_THAT(consequence.begun, IsEmpty());
        EXPECT_EQ(consequence.delay, std::min(i, 5) * 1'000ms);
    }
    EXPECT_FALSE(banned(kAnn));
}

TEST_F(GuessingTest, at_the_tenth_account_the_network_may_try_none) {
    for (int i = 0; i < 9; ++i) {
        EXPECT_THAT(fails({std::to_string(i), "192.0.2.1"}, "Spring2026").begun, IsEmpty());
    }
    EXPECT_FALSE(banned({"somebody", "192.0.2.1"}));
    EXPECT_THAT(fails({"9", "192.0.2.1"}, "Spring2026").begun,
                ElementsAre(Bar{"192.0.2.1", {}, now_ + 1h}));
    EXPECT_TRUE(banned({"somebody", "192.0.2.1"}));
    EXPECT_FALSE(banned({"somebody", "192.0.2.2"}));
    now_ += 1h;
    EXPECT_FALSE(banned({"somebody", "192.0.2.1"}));
}

TEST_F(GuessingTest, accounts_that_are_at_home_there_are_no_spray) {
    for (int i = 0; i < 200; ++i) fails({std::to_string(i), "192.0.2.1"}, "old", /*exempt=*/true);
    EXPECT_FALSE(banned({"somebody", "192.0.2.1"}));
}

TEST_F(GuessingTest, accounts_are_counted_within_their_window) {
    for (int i = 0; i < 9; ++i) fails({std::to_string(i), "192.0.2.1"}, "p");
    now_ += 1h;
    EXPECT_THAT(fails({"9", "192.0.2.1"}, "p").begun, IsEmpty());
}

TEST_F(GuessingTest, a_right_password_forgets_the_failures_of_that_account_there) {
    for (const auto* print : {"1", "2", "3", "4"}) fails(kAnn, print);
    for (int i = 0; i < 8; ++i) fails({std::to_string(i), "192.0.2.1"}, "p");
    guessing_.succeeded(kAnn);
    EXPECT_THAT(fails(kAnn, "5").begun, IsEmpty()) << "the first again, and the ninth account";
    EXPECT_EQ(fails(kAnn, "6").delay, 1s);
    EXPECT_THAT(fails({"8", "192.0.2.1"}, "p").begun, SizeIs(1)) << "the others' are not forgotten";
}

TEST_F(GuessingTest, of_two_bans_the_longer_is_named) {
    for (const auto* print : {"1", "2", "3", "4", "5"}) fails(kAnn, print);
    for (int i = 0; i < 10; ++i) fails({std::to_string(i), "192.0.2.1"}, "p");
    EXPECT_EQ(guessing_.bar_to(kAnn, now_)->account, std::nullopt);
    EXPECT_THAT(guessing_.bars(now_), ElementsAre(Bar{"192.0.2.1", {}, now_ + 1h},
                                                  Bar{"192.0.2.1", "ann", now_ + 15min}));
    EXPECT_THAT(guessing_.bars(now_ + 15min), SizeIs(1));
}

TEST_F(GuessingTest, bans_are_lifted_for_one_account_or_all) {
    const Pair bob{"bob", "192.0.2.1"}, elsewhere{"ann", "192.0.2.2"};
    for (const auto* print : {"1", "2", "3", "4", "5"}) {
        for (const auto& pair : {kAnn, bob, elsewhere}) fails(pair, print);
    }
    for (int i = 0; i < 10; ++i) fails({std::to_string(i), "192.0.2.1"}, "p");
    EXPECT_EQ(guessing_.lift("192.0.2.9", {}, now_), 0u);
    EXPECT_EQ(guessing_.lift("192.0.2.1", "carol", now_), 0u);
    EXPECT_EQ(guessing_.lift("192.0.2.1", "ann", now_), 1u);
    EXPECT_EQ(guessing_.lift("192.0.2.1", {}, now_), 2u) << "bob's, and the network's";
    EXPECT_FALSE(banned(kAnn));
    EXPECT_FALSE(banned(bob));
    EXPECT_TRUE(banned(elsewhere));
    EXPECT_EQ(guessing_.lift("192.0.2.1", {}, now_), 0u);
}

// Whatever strangers do, the memory is bounded; who was used least lately is forgotten.
TEST(Guessing, is_bounded) {
    Guessing guessing{settings::GuessingSettings{}, 100};
    for (int i = 0; i < 10'000; ++i) {
        const Pair pair{"ann", std::to_string(i)};
        for (const auto* print : {"1", "2", "3", "4", "5"}) {
            guessing.failed(pair, {.print = print, .account = "ann", .exempt = false}, kStart);
        }
    }
    EXPECT_THAT(guessing.bars(kStart), SizeIs(100));
}

}  // namespace
}  // namespace signet::limits

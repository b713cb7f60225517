#include "relay/shares.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

unsigned most_of_one(unsigned places) {
    Shares shares{places};
    std::vector<Shares::Hold> holds;
    while (auto hold = shares.take({"a"})) holds.push_back(std::move(*hold));
    return static_cast<unsigned>(holds.size());
}

TEST(Shares, ARouteHoldsThreeQuartersOfThePlacesAtMost) {
    struct Case {
        unsigned places, most;
    };
    for (const auto& [places, most] :
         {Case{1, 1}, {2, 1}, {3, 2}, {4, 3}, {7, 5}, {8, 6}, {20, 15}}) {
        EXPECT_EQ(most_of_one(places), most) << places;
    }
}

TEST(Shares, RoutesDoNotCountForEachOtherAndAPlaceComesBack) {
    Shares shares{4};
    std::vector<Shares::Hold> holds;
    for (int i = 0; i < 3; ++i) holds.push_back(std::move(*shares.take({"a"})));
    EXPECT_FALSE(shares.take({"a"}));
    EXPECT_TRUE(shares.take({"b"}));
    holds.pop_back();
    EXPECT_TRUE(shares.take({"a"}));
}

TEST(Shares, AMessageOfSeveralRoutesNeedsAPlaceOnEach) {
    Shares shares{2};
    const auto a = shares.take({"a"});
    EXPECT_FALSE(shares.take({"a", "b"}));
    EXPECT_TRUE(shares.take({"b"})) << "what was refused holds nothing";
    EXPECT_TRUE(shares.take({})) << "and without a route there is nothing to hold";
}

}  // namespace
}  // namespace signet::relay

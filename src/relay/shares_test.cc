#include "relay/shares.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using Of = Shares::Key::Of;

Shares::Key route(std::string name) { return {Of::route, std::move(name)}; }
Shares::Key owner(std::string name) { return {Of::owner, std::move(name)}; }

unsigned most_of_one(unsigned places, const Shares::Key& key) {
    Shares shares{places};
    std::vector<Shares::Hold> holds;
    while (auto hold = shares.take({key})) holds.push_back(std::move(*hold));
    return static_cast<unsigned>(holds.size());
}

TEST(Shares, EachHoldsThreeQuartersOfThePlacesAtMostAndAnOwnerOnOneRouteLess) {
    struct Case {
        unsigned places, most, on_route;
    };
    for (const auto& [places, most, on_route] :
         {Case{1, 1, 1}, {2, 1, 1}, {3, 2, 1}, {4, 3, 2}, {7, 5, 4}, {8, 6, 5}, {20, 15, 13}}) {
        EXPECT_EQ(most_of_one(places, route("a")), most) << places;
        EXPECT_EQ(most_of_one(places, owner("a")), most) << places;
        EXPECT_EQ(most_of_one(places, {Of::deferred}), most) << places;
        EXPECT_EQ(most_of_one(places, {Of::owner_on_route, "a", "b"}), on_route) << places;
    }
}

TEST(Shares, FromThreePlacesOnWhoeverHangsAtOneRouteStopsNeitherHimselfNorTheRoute) {
    const auto keys = [](const std::string& whose, const std::string& way) {
        return std::vector{owner(whose), route(way), Shares::Key{Of::owner_on_route, whose, way}};
    };
    for (unsigned places = 3; places < 50; ++places) {
        Shares shares{places};
        std::vector<Shares::Hold> holds;
        while (auto hold = shares.take(keys("job", "hangs"))) holds.push_back(std::move(*hold));
        EXPECT_TRUE(shares.take(keys("job", "other"))) << places;
        EXPECT_TRUE(shares.take(keys("ann", "hangs"))) << places;
        while (auto hold = shares.take(keys("job", "other"))) holds.push_back(std::move(*hold));
        EXPECT_LT(holds.size(), places) << "and there is one for whoever comes";
    }
}

TEST(Shares, RoutesDoNotCountForEachOtherAndAPlaceComesBack) {
    Shares shares{8};
    std::vector<Shares::Hold> holds;
    for (int i = 0; i < 6; ++i) holds.push_back(std::move(*shares.take({route("a")})));
    EXPECT_FALSE(shares.take({route("a")}));
    EXPECT_TRUE(shares.take({route("b")}));
    EXPECT_TRUE(shares.take({owner("a")})) << "nor for an owner of the same name";
    holds.pop_back();
    EXPECT_TRUE(shares.take({route("a")}));
}

TEST(Shares, AMessageOfSeveralRoutesNeedsAPlaceOnEach) {
    Shares shares{2};
    const auto a = shares.take({route("a")});
    EXPECT_FALSE(shares.take({route("a"), route("b")}));
    EXPECT_TRUE(shares.take({route("b")})) << "what was refused holds nothing";
    EXPECT_TRUE(shares.take({})) << "and without a key there is nothing to hold";
}

TEST(Shares, TheOwnersWhoHoldWhatTheyMayAreKnown) {
    Shares shares{3};
    const auto first = shares.take({owner("job"), route("a")});
    EXPECT_TRUE(shares.full_owners().empty());
    EXPECT_FALSE(shares.is_full(route("a")));
    const auto second = shares.take({owner("job"), route("a")});
    EXPECT_EQ(shares.full_owners(), std::vector<std::string>{"job"});
    EXPECT_TRUE(shares.is_full(route("a")));
    EXPECT_FALSE(shares.is_full({Of::deferred}));
}

}  // namespace
}  // namespace signet::relay

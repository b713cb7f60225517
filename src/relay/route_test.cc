#include "relay/route.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

TEST(Route, TheFirstThatFitsIsTaken) {
    const Routes routes{{"here", {"example.com", "*.example.com"}, nullptr},
                        {"partner", {"partner.example"}, nullptr},
                        {"never", {"mail.example.com"}, nullptr},
                        {"out", {"*"}, nullptr}};
    EXPECT_EQ(find_route(routes, "example.com")->name, "here");
    EXPECT_EQ(find_route(routes, "mail.example.com")->name, "here");
    EXPECT_EQ(find_route(routes, "partner.example")->name, "partner");
    EXPECT_EQ(find_route(routes, "example.net")->name, "out");
    EXPECT_EQ(find_route(std::span{routes}.first(3), "example.net"), nullptr);
}

TEST(Route, AReloadSwapsTheWholeTableAndLeavesWhatIsInUse) {
    RouteTable table{{{"old", {"*"}, nullptr}}};
    const auto held = table.get();
    table.set({{"new", {"*"}, nullptr}});
    EXPECT_EQ(held->front().name, "old");
    EXPECT_EQ(table.get()->front().name, "new");
}

}  // namespace
}  // namespace signet::relay

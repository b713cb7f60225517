#include "relay/route.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

TEST(Route, APatternFitsADomainAllNamesBelowItOrEverything) {
    struct Case {
        std::string_view pattern, domain;
        bool fits;
    };
    const Case cases[] = {
        {"example.com", "example.com", true},
        {"Example.COM", "example.com", true},
        {"example.com", "mail.example.com", false},
        {"example.com", "notexample.com", false},
        {"*.example.com", "mail.example.com", true},
        {"*.example.com", "a.b.Example.com", true},
        {"*.example.com", "example.com", false},
        {"*.example.com", ".example.com", false},
        {"*.example.com", "notexample.com", false},
        {"*", "example.com", true},
        {"*", "[192.0.2.1]", true},
        {"[192.0.2.1]", "[192.0.2.1]", true},
        {"192.0.2.1", "[192.0.2.1]", false},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(fits(c.pattern, c.domain), c.fits) << c.pattern << " " << c.domain;
    }
}

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

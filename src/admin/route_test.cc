#include "admin/admin_world.h"

#include <gmock/gmock.h>

#include <set>

namespace signet::admin {
namespace {

using testing::HasSubstr;

class FakeWays final : public Ways {
public:
    std::vector<std::string> paused() const override { return {names.begin(), names.end()}; }
    bool pause(const std::string& route) override { return names.insert(route).second; }
    bool resume(const std::string& route) override { return names.erase(route) > 0; }
    std::set<std::string> names;
};

class RouteEndpoints : public Admin {
protected:
    RouteEndpoints() {
        settings::Snapshot settings;
        settings.routes = {{.name = "here", .match = {"example.com", "example.org"}},
                           {.name = "out", .match = {"*"}}};
        services_.settings = [kept = std::make_shared<const settings::Snapshot>(settings)] {
            return kept;
        };
        services_.outbound.ways = &ways_;
    }
    FakeWays ways_;
};

TEST_F(RouteEndpoints, a_route_is_paused_and_resumed_and_both_are_recorded_once) {
    EXPECT_THAT(said(ask("route.pause", R"({"name":"out"})")), HasSubstr(R"("state":"paused")"));
    EXPECT_EQ(last_event().event, "route.paused");
    EXPECT_EQ(last_event().target->name, "out");
    EXPECT_EQ(last_event().actor->name, "ann");
    const auto events = audit_.events().size();
    EXPECT_TRUE(ask("route.pause", R"({"name":"out"})"));
    EXPECT_EQ(audit_.events().size(), events) << "it was so already";

    const auto listed = ask("route.list", "{}");
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->items.size(), 2u);
    EXPECT_THAT(listed->items[0], HasSubstr(R"("state":"in use")"));
    EXPECT_THAT(listed->items[0], HasSubstr(R"("match":"example.com example.org")"));
    EXPECT_THAT(listed->items[1], HasSubstr(R"("state":"paused")"));

    EXPECT_TRUE(ask("route.resume", R"({"name":"out"})"));
    EXPECT_EQ(last_event().event, "route.resumed");
    EXPECT_TRUE(ways_.names.empty());
}

TEST_F(RouteEndpoints, a_route_that_is_not_there_is_not_found) {
    EXPECT_EQ(said(ask("route.pause", R"({"name":"upstream"})")).substr(0, 9), "not_found");
    EXPECT_EQ(said(ask("route.resume", "{}")).substr(0, 9), "not_found");
    services_.outbound.ways = nullptr;
    EXPECT_EQ(ask("route.pause", R"({"name":"out"})").error().kind, Fault::Kind::failed);
}

}  // namespace
}  // namespace signet::admin

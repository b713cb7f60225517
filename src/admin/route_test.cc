#include "admin/admin_world.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

namespace signet::admin {
namespace {

using testing::HasSubstr;

class FakeWays final : public Ways {
public:
    std::vector<queue::Pause> paused() const override { return pauses; }
    bool pause(const queue::Pause& what) override {
        if (std::ranges::any_of(pauses, same_as(what.kind, what.name))) return false;
        pauses.push_back(what);
        return true;
    }
    bool resume(queue::Pause::Kind kind, const std::string& name) override {
        return std::erase_if(pauses, same_as(kind, name)) > 0;
    }
    Task<Result<void, std::string>> keep() override {
        if (full) co_return fail(std::string{"no space left"});
        kept = pauses;
        co_return Result<void, std::string>{};
    }
    void ask_again() override { ++asked_again; }
    std::vector<DownDestination> down() const override { return unreachable; }

    unsigned asked_again = 0;
    std::vector<DownDestination> unreachable{};
    std::vector<queue::Pause> pauses, kept;
    bool full = false;

private:
    static std::function<bool(const queue::Pause&)> same_as(queue::Pause::Kind kind,
                                                            const std::string& name) {
        return [kind, name](const queue::Pause& pause) {
            return pause.kind == kind && pause.name == name;
        };
    }
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
    EXPECT_EQ(said(ask("route.pause", R"({"name":"out"})")),
              R"({"kind":"route","api_version":1,"name":"out","state":"paused",)"
              R"("since":"2026-11-24T06:00:00.000000Z","by":"ann"})");
    EXPECT_EQ(last_event().event, "route.paused");
    EXPECT_EQ(last_event().target->name, "out");
    EXPECT_EQ(last_event().actor->name, "ann");
    const auto events = audit_.events().size();
    EXPECT_EQ(ways_.kept, ways_.pauses);
    clock_.advance(std::chrono::hours{1});
    EXPECT_THAT(said(ask("route.pause", R"({"name":"out"})")),
                HasSubstr(R"("since":"2026-11-24T06:00:00.000000Z")"));
    EXPECT_EQ(audit_.events().size(), events) << "it was so already";

    const auto listed = ask("route.list", "{}");
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->items.size(), 2u);
    EXPECT_THAT(listed->items[0], HasSubstr(R"("state":"in use")"));
    EXPECT_THAT(listed->items[0], HasSubstr(R"("match":"example.com example.org")"));
    EXPECT_THAT(listed->items[1], HasSubstr(R"("state":"paused")"));
    EXPECT_THAT(listed->items[1], HasSubstr(R"("by":"ann")"));

    EXPECT_TRUE(ask("route.resume", R"({"name":"out"})"));
    EXPECT_EQ(last_event().event, "route.resumed");
    EXPECT_TRUE(ways_.pauses.empty());
    EXPECT_TRUE(ways_.kept.empty());
}

TEST_F(RouteEndpoints, a_destination_is_paused_by_its_domain_however_that_is_written) {
    EXPECT_THAT(said(ask("destination.pause", R"({"domain":"B\u00FCcher.Example"})")),
                HasSubstr(R"("name":"xn--bcher-kva.example","state":"paused")"));
    EXPECT_EQ(last_event().event, "destination.paused");
    EXPECT_EQ(last_event().target->kind, "destination");
    EXPECT_EQ(last_event().target->name, "xn--bcher-kva.example");
    EXPECT_EQ(ways_.kept.size(), 1u);
    EXPECT_TRUE(ask("route.pause", R"({"name":"out"})"));
    const auto listed = ask("destination.list", "{}");
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->items.size(), 1u);
    EXPECT_THAT(listed->items[0], HasSubstr(R"("by":"ann")"));

    EXPECT_EQ(said(ask("destination.resume", R"({"domain":"xn--bcher-kva.example"})")),
              R"({"kind":"destination","api_version":1,"name":"xn--bcher-kva.example",)"
              R"("state":"in use"})");
    EXPECT_EQ(last_event().event, "destination.resumed");
    const auto events = audit_.events().size();
    EXPECT_TRUE(ask("destination.resume", R"({"domain":"xn--bcher-kva.example"})"));
    EXPECT_EQ(audit_.events().size(), events) << "it was so already";
}

TEST_F(RouteEndpoints, what_is_no_domain_is_no_destination) {
    for (const auto* domain : {"", "a b", "ann@example.com", "*.example.com", "-x.example"}) {
        const auto asked = std::string{R"({"domain":")"} + domain + "\"}";
        EXPECT_EQ(said(ask("destination.pause", asked)).substr(0, 5), "usage") << domain;
    }
    EXPECT_TRUE(ways_.pauses.empty());
}

TEST_F(RouteEndpoints, a_pause_that_cannot_be_kept_is_in_force_recorded_and_said) {
    ways_.full = true;
    EXPECT_EQ(said(ask("destination.pause", R"({"domain":"example.net"})")),
              "failed: it is done, but a restart will not know of it: no space left");
    EXPECT_EQ(ways_.pauses.size(), 1u);
    EXPECT_EQ(last_event().event, "destination.paused");
}

TEST_F(RouteEndpoints, a_route_that_is_not_there_is_not_found) {
    EXPECT_EQ(said(ask("route.pause", R"({"name":"upstream"})")).substr(0, 9), "not_found");
    EXPECT_EQ(said(ask("route.resume", "{}")).substr(0, 9), "not_found");
    services_.outbound.ways = nullptr;
    EXPECT_EQ(ask("route.pause", R"({"name":"out"})").error().kind, Fault::Kind::failed);
    EXPECT_EQ(ask("destination.pause", R"({"domain":"a.net"})").error().kind, Fault::Kind::failed);
    EXPECT_TRUE(ask("destination.list", "{}"));
}

TEST_F(RouteEndpoints, what_cannot_be_reached_is_listed_with_the_answer) {
    ways_.unreachable = {{"mx", "b.net", "451 4.4.1 refused", clock_.wall()},
                         {"out", "", "451 4.7.8 wrong password", clock_.wall()}};
    const auto listed = ask("destination.list", "{}");
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->items.size(), 2u);
    EXPECT_THAT(listed->items[0], HasSubstr(R"("name":"b.net","state":"down")"));
    EXPECT_THAT(listed->items[0], HasSubstr(R"("route":"mx","reply":"451 4.4.1 refused")"));
    EXPECT_THAT(listed->items[1], HasSubstr(R"("name":"*","state":"down")"));
}

TEST_F(RouteEndpoints, who_says_now_has_every_destination_asked_anew) {
    const auto id = put_message();
    for (const auto* method : {"queue.hold", "queue.release", "queue.retry"}) {
        EXPECT_TRUE(ask(method, R"({"id":")" + id + R"("})")) << method;
    }
    EXPECT_EQ(ways_.asked_again, 2u) << "a hold says nothing";
}

}  // namespace
}  // namespace signet::admin

#include "settings/changes.h"

#include "settings/describe.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace signet::settings {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> lines(const std::vector<Change>& changes) {
    std::vector<std::string> text;
    for (const auto& change : changes) {
        text.push_back(change.path + ": " + change.old_text + " -> " + change.new_text +
                       (change.after_restart ? " (restart)" : ""));
    }
    return text;
}

TEST(Changes, equal_settings_have_none) {
    EXPECT_THAT(changes_between(Snapshot{}, Snapshot{}), IsEmpty());
}

TEST(Changes, each_is_named_as_in_the_file_with_both_values) {
    Snapshot running, next;
    next.limits.pace.idle = 60s;
    next.storage.path = "/srv/signet";
    running.auth.mechanisms = {"PLAIN", "LOGIN"};
    next.auth.mechanisms = {"PLAIN"};
    EXPECT_THAT(lines(changes_between(running, next)),
                ElementsAre("auth.mechanisms: [\"PLAIN\", \"LOGIN\"] -> [\"PLAIN\"]",
                            "limits.idle: \"5m\" -> \"1m\"",
                            "storage.path: \"/var/lib/signet\" -> \"/srv/signet\" (restart)"));
}

TEST(Changes, records_of_a_repeated_section_are_told_apart_by_name_not_by_place) {
    Snapshot running, next;
    running.listeners = {{.name = "a", .role = "submission", .bind = {{"127.0.0.1", 587}}},
                         {.name = "b", .role = "submissions", .bind = {{"127.0.0.1", 465}}}};
    next.listeners = {{.name = "b", .role = "submissions", .bind = {{"127.0.0.1", 4'465}}},
                      {.name = "c", .role = "mx", .bind = {{"127.0.0.1", 25}}}};
    EXPECT_THAT(lines(changes_between(running, next)),
                ElementsAre("listener[a]: there -> gone",
                            "listener[b].bind: [\"127.0.0.1:465\"] -> [\"127.0.0.1:4465\"]",
                            "listener[c]: none -> there"));
}

// The first route that fits is taken, so their order is a setting.
TEST(Changes, another_order_is_a_change) {
    Snapshot running, next;
    running.routes = {{.name = "one", .match = {"*"}, .smart_host = {}, .maildir = "/a"},
                      {.name = "two", .match = {"*"}, .smart_host = {}, .maildir = "/b"}};
    next.routes = {running.routes[1], running.routes[0]};
    EXPECT_THAT(lines(changes_between(running, next)), ElementsAre("route: one, two -> two, one"));
}

TEST(Changes, a_secret_that_changed_is_named_and_not_shown) {
    const auto with = [](std::string_view password) {
        Snapshot snapshot;
        auto& route = snapshot.routes.emplace_back();
        route.name = "up";
        route.smart_host.emplace();
        route.smart_host->password.literal =
            std::make_shared<const Secret>(Secret::copy_of(password));
        return snapshot;
    };
    EXPECT_THAT(lines(changes_between(with("one"), with("two"))),
                ElementsAre("route[up].auth.password: \"***\" -> \"***\""));
    EXPECT_THAT(changes_between(with("one"), with("one")), IsEmpty());
}

TEST(Changes, what_needs_a_restart_is_kept_and_nothing_else) {
    Snapshot running, next;
    running.hostname = "old.example";
    next.hostname = "new.example";
    next.storage.path = "/elsewhere";
    next.metrics.bind = {{"127.0.0.1", 9'587}};
    next.limits.pace.idle = 60s;
    const auto kept = without_what_needs_a_restart(running, next);
    EXPECT_EQ(kept.hostname, "old.example");
    EXPECT_EQ(kept.storage.path, "/var/lib/signet");
    EXPECT_TRUE(kept.metrics.bind.empty());
    EXPECT_EQ(kept.limits.pace.idle, 60s);
    EXPECT_THAT(lines(changes_between(kept, next)).size(), 3);
}

TEST(Changes, every_key_that_needs_a_restart_exists) {
    const auto keys = all_keys();
    for (const auto listed : keys_that_need_a_restart()) {
        EXPECT_TRUE(std::ranges::any_of(keys, [&](const std::string& key) {
            return key == listed || key.starts_with(std::string{listed} + ".");
        })) << listed;
    }
    EXPECT_TRUE(needs_restart("storage.path"));
    EXPECT_TRUE(needs_restart("audit.directory"));
    EXPECT_FALSE(needs_restart("auth.mechanisms"));
    EXPECT_FALSE(needs_restart("listener[audit].bind"));
    EXPECT_FALSE(needs_restart("auditing.level"));
}

}  // namespace
}  // namespace signet::settings

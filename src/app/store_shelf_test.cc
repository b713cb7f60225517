#include "app/store_shelf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::app {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

settings::StoreSettings file(const std::string& name, const std::string& path) {
    return {.name = name, .kind = "passwd-file", .file = {.path = path}};
}

settings::Snapshot with(std::vector<settings::StoreSettings> stores) {
    settings::Snapshot snapshot;
    snapshot.stores = std::move(stores);
    return snapshot;
}

TEST(StoreShelf, what_is_as_it_was_is_not_opened_again) {
    const auto running = with({file("a", "/a"), file("b", "/b")});
    EXPECT_THAT(stores_to_open(running, running), IsEmpty());
    EXPECT_THAT(stores_to_open(running, with({file("b", "/b"), file("a", "/a")})), IsEmpty());
    auto served = running;
    served.stores[0].domains = {"example.com"};
    EXPECT_THAT(stores_to_open(running, served), IsEmpty());
    EXPECT_THAT(stores_to_open(running, with({file("a", "/other"), file("b", "/b")})),
                UnorderedElementsAre("a"));
    auto slow = running;
    slow.stores[1].timeout = std::chrono::seconds{1};
    EXPECT_THAT(stores_to_open(running, slow), UnorderedElementsAre("b"));
    EXPECT_THAT(stores_to_open(running, with({file("a", "/a"), file("b", "/b"), file("c", "/c")})),
                UnorderedElementsAre("c"));
}

TEST(StoreShelf, another_secret_is_another_store_though_it_reads_alike) {
    auto running = with({{.name = "db", .kind = "postgresql"}}), next = running;
    running.stores[0].postgres.password.literal =
        std::make_shared<const Secret>(Secret::copy_of("one"));
    next.stores[0].postgres.password.literal =
        std::make_shared<const Secret>(Secret::copy_of("two"));
    EXPECT_THAT(stores_to_open(running, next), UnorderedElementsAre("db"));
}

}  // namespace
}  // namespace signet::app

#include "store/memory_audit.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

audit::Event event_with(std::string id) {
    audit::Event event;
    event.id = std::move(id);
    event.event = "message.accepted";
    return event;
}

TEST(MemoryAudit, SkipsAnEventThatWasWrittenThroughBefore) {
    MemoryAudit audit;
    const std::vector events{event_with("a"), event_with("b")};
    ASSERT_TRUE(audit.write_through(events));
    ASSERT_TRUE(audit.write_through(events));
    EXPECT_EQ(audit.events().size(), 2u);
}

TEST(MemoryAudit, KeepsOnlyTheNewest) {
    MemoryAudit audit{2};
    for (const auto* id : {"a", "b", "c"}) audit.record(event_with(id));
    ASSERT_EQ(audit.events().size(), 2u);
    EXPECT_EQ(audit.events()[0].id, "b");
}

TEST(MemoryAudit, CanBeToldToFail) {
    MemoryAudit audit;
    audit.fail_with(StoreFault::full);
    EXPECT_EQ(audit.write_through(std::vector{event_with("a")}).error(), StoreFault::full);
    EXPECT_TRUE(audit.events().empty());
    audit.fail_with({});
    EXPECT_TRUE(audit.write_through(std::vector{event_with("a")}));
    EXPECT_EQ(audit.events().size(), 1u);
}

}  // namespace
}  // namespace signet::store

#include "app/event_counter.h"

#include "store/memory_audit.h"

#include <gtest/gtest.h>

#include <array>

namespace signet::app {
namespace {

audit::Event event(std::string name, std::string id) {
    audit::Event made;
    made.event = std::move(name);
    made.id = std::move(id);
    return made;
}

TEST(EventCounter, counts_what_was_written_and_hands_everything_on) {
    store::MemoryAudit audit;
    EventCounter counter{audit};
    counter.record(event("message.accepted", "01ARZ3NDEKTSV4RRFFQ69G5FAA"));
    counter.record(event("auth.attempt", "01ARZ3NDEKTSV4RRFFQ69G5FAB"));
    const std::array batch{event("message.delivered", "01ARZ3NDEKTSV4RRFFQ69G5FAC"),
                           event("message.accepted", "01ARZ3NDEKTSV4RRFFQ69G5FAD")};
    audit.fail_with(StoreFault::full);
    EXPECT_FALSE(counter.write_through(batch));
    EXPECT_EQ(counter.delivered(), 0u);
    audit.fail_with({});
    EXPECT_TRUE(counter.write_through(batch));
    EXPECT_EQ(counter.accepted(), 2u);
    EXPECT_EQ(counter.delivered(), 1u);
    EXPECT_EQ(audit.events().size(), 4u);
}

}  // namespace
}  // namespace signet::app

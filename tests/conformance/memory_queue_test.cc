#include "store/memory_queue.h"
#include "conformance/queue_holds.h"
#include "conformance/queue_turns.h"
#include "store/memory_audit.h"

namespace signet::conformance {
namespace {

class MemoryBench final : public QueueBench {
public:
    queue::QueueStore& store() override { return store_; }
    std::vector<audit::Event> events() override { return audit_.events(); }

private:
    store::MemoryAudit audit_;
    store::MemoryQueue store_{clock, ids, audit_};
};

std::unique_ptr<QueueBench> make_bench() { return std::make_unique<MemoryBench>(); }

INSTANTIATE_TEST_SUITE_P(Memory, QueueStoreSuite, testing::Values(&make_bench));
INSTANTIATE_TEST_SUITE_P(Memory, QueueTurns, testing::Values(&make_bench));

TEST(MemoryQueue, IsFullWhenItsLimitIsReachedAndPromisesNothing) {
    ManualClock clock;
    SeededEntropy entropy{7};
    UlidSource ids{clock, entropy};
    store::MemoryAudit audit;
    store::MemoryQueue store{clock, ids, audit, {.octets = 100}};
    auto draft = run_task(store.begin());
    ASSERT_TRUE(run_task((*draft)->append(std::string(100, 'x'))));
    EXPECT_EQ(run_task((*draft)->append("x")).error(), StoreFault::full);
    EXPECT_EQ(run_task((*draft)->commit({}, {})).error(), StoreFault::conflict);
}

}  // namespace
}  // namespace signet::conformance

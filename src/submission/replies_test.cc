#include "submission/replies.h"

#include "net/run_task.h"
#include "store/memory_audit.h"
#include "store/memory_queue.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace signet::submission {
namespace {

// RFC 5321 §6.1 as a type: nobody can say "queued" without a commit.
TEST(Replies, security_27_a_250_after_data_needs_an_accepted_that_only_a_commit_makes) {
    static_assert(!std::is_default_constructible_v<queue::Accepted>);
    static_assert(!std::is_constructible_v<queue::Accepted, std::string>);
    static_assert(!std::is_aggregate_v<queue::Accepted>);

    ManualClock clock;
    SeededEntropy entropy{1};
    UlidSource ids{clock, entropy};
    store::MemoryAudit audit;
    store::MemoryQueue queue{clock, ids, audit};
    auto draft = *net::run_task(queue.begin());
    queue::MessageInfo info;
    info.envelope.recipients = {{{"ann", "example.com"}}};
    const auto accepted = net::run_task(draft->commit(info, {}));
    ASSERT_TRUE(accepted);
    EXPECT_EQ(replies::queued(*accepted).wire(), "250 2.0.0 Queued as " + draft->id() + "\r\n");
}

TEST(Replies, a_fault_of_the_store_is_temporary_and_says_which_kind) {
    EXPECT_EQ(replies::not_stored(StoreFault::full).text().substr(0, 9), "452 4.3.1");
    for (const auto fault : {StoreFault::unavailable, StoreFault::conflict, StoreFault::corrupt,
                             StoreFault::deadline}) {
        EXPECT_EQ(replies::not_stored(fault).text().substr(0, 9), "451 4.3.0");
    }
}

TEST(Replies, what_closes_the_connection_is_421_or_221) {
    for (const auto& reply : {replies::goodbye("h"), replies::busy("h"), replies::draining("h"),
                              replies::timed_out("h"), replies::too_many_failures("h"),
                              replies::too_many_from_you("h")}) {
        EXPECT_TRUE(reply.closes()) << reply.text();
    }
}

}  // namespace
}  // namespace signet::submission

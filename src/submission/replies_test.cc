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

// People read how long they have to wait: in the largest unit that does not make it look exact.
TEST(Replies, over_a_rate_it_says_how_much_and_when_in_words) {
    using namespace std::chrono_literals;
    struct Row {
        Rate rate;
        std::chrono::seconds wait;
        std::string_view words;
    };
    for (const auto& [rate, wait, words] : {
             Row{{1, 1s}, 0s, "may send 1 message in 1 second: try again in 1 second"},
             {{2, 59s}, 1s, "may send 2 messages in 59 seconds: try again in 1 second"},
             {{2, 60s}, 119s, "may send 2 messages in 1 minute: try again in 119 seconds"},
             {{2, 90s}, 120s, "may send 2 messages in 90 seconds: try again in 2 minutes"},
             {{2, 1h}, 121s, "may send 2 messages in 1 hour: try again in 3 minutes"},
             {{2, 2h}, 7'199s, "may send 2 messages in 2 hours: try again in 120 minutes"},
             {{2, 24h}, 7'201s, "may send 2 messages in 1 day: try again in 3 hours"},
             {{2, 720h}, 172'801s, "may send 2 messages in 30 days: try again in 3 days"},
         }) {
        const auto reply = replies::over_rate("You", "send", "message", rate, wait);
        EXPECT_EQ(reply.text(), "450 4.7.1 You and " + std::string{words});
    }
    EXPECT_EQ(replies::too_many_recipients("You", 1).text(),
              "452 4.5.3 You and may send a message to 1 recipient");
}

TEST(Replies, what_closes_the_connection_is_421_or_221) {
    for (const auto& reply :
         {replies::goodbye("h"), replies::busy("h"), replies::draining("h"),
          replies::timed_out("h"), replies::too_many_failures("h"), replies::too_many_from_you("h"),
          replies::connecting_too_fast("h"), replies::asking_too_fast("h")}) {
        EXPECT_TRUE(reply.closes()) << reply.text();
    }
}

}  // namespace
}  // namespace signet::submission

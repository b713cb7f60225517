#include "conformance/rate_store.h"
#include "store/memory_rates.h"

#include <atomic>
#include <thread>

namespace signet::conformance {
namespace {

class MemoryBench final : public RateBench {
public:
    limits::RateStore& store() override { return store_; }

private:
    store::MemoryRates store_{clock};
};

template <class Bench>
std::unique_ptr<RateBench> make() {
    return std::make_unique<Bench>();
}

INSTANTIATE_TEST_SUITE_P(Memory, RateStoreSuite, testing::Values(&make<MemoryBench>));

using Of = limits::Key::Of;
using std::chrono::seconds;

// Two keys of each kind, in one shard.
struct Small {
    ManualClock clock;
    store::MemoryRates rates{clock, {.accounts = 2, .clients = 2, .shards = 1}};

    Result<limits::Decision, StoreFault> take(Of of, std::string who,
                                              seconds window = seconds{60}) {
        return net::run_task(rates.take({.key = {of, std::move(who)}, .rate = {1, window}}));
    }
    bool counted(Of of, std::string who) {
        return !net::run_task(rates.room({.key = {of, std::move(who)}, .rate = {1, seconds{60}}}))
                    ->allowed;
    }
};

TEST(MemoryRates, forget_first_what_counts_no_more) {
    for (const auto of : {Of::account_messages, Of::client_commands}) {
        Small small;
        EXPECT_TRUE(small.take(of, "old")->allowed);
        small.clock.advance(seconds{30});
        EXPECT_TRUE(small.take(of, "young")->allowed);
        small.clock.advance(seconds{32});
        EXPECT_TRUE(small.take(of, "new")->allowed);
        EXPECT_TRUE(small.counted(of, "young"));
        EXPECT_TRUE(small.counted(of, "new"));
    }
}

TEST(MemoryRates, of_accounts_forget_none_that_counts_and_say_that_there_is_no_room) {
    Small small;
    EXPECT_TRUE(small.take(Of::account_messages, "ann", seconds{600})->allowed);
    EXPECT_TRUE(small.take(Of::account_messages, "bob")->allowed);
    EXPECT_EQ(small.take(Of::account_messages, "cyd").error(), StoreFault::full);
    EXPECT_FALSE(small.take(Of::account_messages, "ann", seconds{600})->allowed);
    EXPECT_FALSE(small.take(Of::account_messages, "bob")->allowed);
    EXPECT_FALSE(small.take(Of::account_messages, "ann", seconds{600})->allowed);
    EXPECT_FALSE(small.take(Of::account_messages, "bob")->allowed);
    small.clock.advance(seconds{30});
    EXPECT_FALSE(small.take(Of::account_messages, "ann", seconds{600})->allowed);
    // The one counted least lately still counts, and another does not.
    small.clock.advance(seconds{32});
    EXPECT_TRUE(small.take(Of::account_messages, "cyd")->allowed);
    EXPECT_FALSE(small.take(Of::account_messages, "ann", seconds{600})->allowed);
}

TEST(MemoryRates, of_clients_forget_the_one_least_lately_counted) {
    Small small;
    EXPECT_TRUE(small.take(Of::client_connections, "a")->allowed);
    EXPECT_TRUE(small.take(Of::client_connections, "b")->allowed);
    EXPECT_FALSE(small.take(Of::client_connections, "a")->allowed);
    EXPECT_TRUE(small.take(Of::client_connections, "c")->allowed);
    EXPECT_TRUE(small.counted(Of::client_connections, "a"));
    EXPECT_FALSE(small.counted(Of::client_connections, "b"));
}

TEST(MemoryRates, security_18_many_addresses_do_not_make_an_account_be_forgotten) {
    Small small;
    EXPECT_TRUE(small.take(Of::account_messages, "ann")->allowed);
    EXPECT_TRUE(small.take(Of::client_commands, "2001:db8::/64")->allowed);
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(small.take(Of::client_connections, "2001:db8:" + std::to_string(i))->allowed);
    }
    EXPECT_TRUE(small.counted(Of::account_messages, "ann"));
    EXPECT_TRUE(small.counted(Of::client_commands, "2001:db8::/64"));
}

TEST(MemoryRates, threads_together_get_no_more_than_one_would) {
    ManualClock clock;
    store::MemoryRates rates{clock, {.accounts = 100, .clients = 100, .shards = 4}};
    std::atomic<int> allowed = 0;
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) {
                const auto who = "account" + std::to_string(i % 8);
                const auto decision = net::run_task(
                    rates.take({.key = {Of::account_messages, who}, .rate = {100, seconds{60}}}));
                if (decision->allowed) ++allowed;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(allowed, 800);
}

}  // namespace
}  // namespace signet::conformance

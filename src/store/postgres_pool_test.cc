// PostgresPool and a server that says more than it is asked.
#include "store/postgres_pool.h"

#include "net/run_task.h"
#include "store/scripted_postgres.h"

#include <gtest/gtest.h>

#include <atomic>

namespace signet::store {
namespace {

using namespace std::chrono_literals;
using Client = ScriptedPostgres::Client;
using Message = ScriptedPostgres::Message;

Deadline late() { return Deadline::at(std::chrono::steady_clock::now() + 1h); }

PostgresPoolOptions listening_to(const ScriptedPostgres& server) {
    auto options = server.options();
    options.server.channel = "accounts";
    return options;
}

// Says it before the first answer of the pool's own statement.
ScriptedPostgres::Script saying(std::string octets) {
    return [octets, executed = std::make_shared<std::atomic<int>>(0)](const Client& client,
                                                                      const Message& message) {
        if (message.type == 'E' && ++*executed == 2) client.write(octets);
        return false;
    };
}

// Whoever has a role in the database may say that accounts have changed, as often as he likes; for
// each time, every session would be looked up again.
TEST(PostgresPool, security_5_many_changes_are_few) {
    constexpr std::size_t kMany = 10'000;
    std::string flood;
    for (std::size_t i = 0; i < kMany; ++i) flood += ScriptedPostgres::notice();
    const ScriptedPostgres server{saying(flood)};
    PostgresPool pool{listening_to(server)};
    ASSERT_TRUE(net::run_task(pool.ask(0, {}, late())));
    EXPECT_GE(pool.generation(), 2u);  // that it listens, and the first of them at once
    EXPECT_LT(pool.generation(), kMany);
}

TEST(PostgresPool, the_last_of_several_changes_counts) {
    const ScriptedPostgres server{saying(ScriptedPostgres::notice() + ScriptedPostgres::notice())};
    PostgresPool pool{listening_to(server)};
    ASSERT_TRUE(net::run_task(pool.ask(0, {}, late())));
    while (pool.generation() < 3) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(pool.generation(), 3u);
}

TEST(PostgresPool, security_5_a_server_that_says_all_but_the_answer_does_not_answer) {
    std::atomic<int> executed = 0;
    std::atomic<bool> left = false;
    const ScriptedPostgres server{[&](const Client& client, const Message& message) {
        if (message.type != 'E' || ++executed != 2) return false;
        while (client.write(ScriptedPostgres::notice())) std::this_thread::sleep_for(1ms);
        return left = true;
    }};
    auto options = listening_to(server);
    options.timeout = 2s;
    PostgresPool pool{std::move(options)};
    const auto answer = net::run_task(pool.ask(0, {}, late()));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fault, StoreFault::deadline);
    EXPECT_TRUE(answer.error().detail.ends_with(" does not answer")) << answer.error().detail;
    while (!left) std::this_thread::sleep_for(1ms);
}

}  // namespace
}  // namespace signet::store

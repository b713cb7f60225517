// PostgresConnection and a server that means ill, or a library that fails; the rest is in
// tests/conformance, with a real server.
#include "store/postgres_connection.h"

#include "net/run_task.h"
#include "net/timer.h"
#include "store/postgres_session.h"
#include "store/scripted_postgres.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/this_coro.hpp>

#include <atomic>

namespace signet::store {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Deadline late() { return Deadline::at(std::chrono::steady_clock::now() + 1h); }

PostgresAnswer ask(PostgresPoolOptions options) {
    return net::run_task([](const PostgresPoolOptions& with) -> Task<PostgresAnswer> {
        co_return co_await ask_alone(co_await boost::asio::this_coro::executor, with, 0, {}, late(),
                                     nullptr);
    }(options));
}

// A library that is copying says so again and again, and waits for what nobody will do.
TEST(PostgresConnection, security_5_a_server_that_begins_to_copy_is_left) {
    for (const char type : {'G', 'H', 'W'}) {
        // The first statement is one of the connection's own, the second one is in the pipeline.
        for (const int turn : {1, 2}) {
            std::atomic<int> executed = 0;
            const ScriptedPostgres server{[&](const ScriptedPostgres::Client& client,
                                              const ScriptedPostgres::Message& message) {
                if (message.type != 'E' || ++executed != turn) return false;
                return client.say(type, std::string(3, '\0'));
            }};
            const auto answer = ask(server.options());
            ASSERT_FALSE(answer) << type << turn;
            EXPECT_EQ(answer.error().fault, StoreFault::unavailable);
            EXPECT_THAT(answer.error().detail, HasSubstr("the server wants to copy"));
            EXPECT_EQ(executed, turn);
        }
    }
}

// More parameters than the protocol has room for: the library refuses them.
const std::vector<std::string> kTooMany(70'000);

TEST(PostgresConnection, is_of_no_more_use_when_a_question_could_not_be_sent) {
    const ScriptedPostgres server;
    const auto options = server.options();
    net::run_task([](const PostgresPoolOptions& with) -> Task<void> {
        auto session = co_await open_session(co_await boost::asio::this_coro::executor, with, 0,
                                             late(), nullptr);
        EXPECT_TRUE(session);
        if (!session) co_return;
        EXPECT_FALSE(session->connection.ask("signet_0", kTooMany));
        EXPECT_FALSE(session->connection.ask("signet_0", {}));
        const auto heard = co_await session->connection.hear(late());
        EXPECT_TRUE(std::holds_alternative<PostgresBroken>(heard));
    }(options));
}

TEST(PostgresConnection, whoever_listens_hears_at_once_that_a_question_could_not_be_sent) {
    const ScriptedPostgres server;
    const auto options = server.options();
    std::optional<PostgresSession> session;
    bool broken = false;
    std::vector<Task<void>> tasks;
    tasks.push_back([](const PostgresPoolOptions& with, auto& shared, bool& ended) -> Task<void> {
        auto made = co_await open_session(co_await boost::asio::this_coro::executor, with, 0,
                                          late(), nullptr);
        if (!made) co_return;
        shared.emplace(std::move(*made));
        const auto heard = co_await shared->connection.hear(late());
        ended = std::holds_alternative<PostgresBroken>(heard);
        shared.reset();  // it ends before its loop
    }(options, session, broken));
    tasks.push_back([](auto& shared) -> Task<void> {
        while (!shared) co_await net::sleep_for(1ms);
        EXPECT_FALSE(shared->connection.ask("signet_0", kTooMany));
    }(session));
    net::run_tasks(std::move(tasks));
    EXPECT_TRUE(broken);
}

}  // namespace
}  // namespace signet::store

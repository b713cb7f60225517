// PostgresConnection and a server that means ill, or a library that fails; the rest is in
// tests/conformance, with a real server.
#include "store/postgres_connection.h"

#include "net/run_task.h"
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

}  // namespace
}  // namespace signet::store

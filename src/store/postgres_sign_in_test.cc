#include "store/postgres_sign_in.h"

#include "net/run_task.h"
#include "store/scripted_postgres.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Tried {
    bool answered = false;
    std::string detail;
};

Tried try_it(PostgresPoolOptions options) {
    PostgresPool pool{std::move(options)};
    const auto answer = net::run_task(
        pool.try_out(0, {}, Deadline::at(std::chrono::steady_clock::now() + std::chrono::hours{1}),
                     std::make_shared<std::vector<std::string>>()));
    return {answer.has_value(), answer ? "" : answer.error().detail};
}

// Anybody may take a port of the loopback that nobody holds: the database's, while it is down.
TEST(PostgresSignIn, security_1_whoever_listens_on_this_machine_is_not_the_database) {
    for (const auto* host : {"127.0.0.1", "localhost"}) {
        const ScriptedPostgres stranger;
        auto options = stranger.options();
        options.server.hosts.front().host = host;
        options.server.tls = PostgresTls::verified;
        options.server.password = []() -> Result<Secret, std::string> {
            return Secret::copy_of("the owner's");
        };
        // The first connection of a pool is made without being asked for.
        const auto tried = try_it(std::move(options));
        EXPECT_FALSE(tried.answered);
        EXPECT_THAT(tried.detail, HasSubstr("server does not support SSL, but SSL was required"));
        const auto heard = stranger.heard();
        ASSERT_FALSE(heard.empty());
        for (const auto& one : heard) {
            EXPECT_EQ(one, ScriptedPostgres::number(ScriptedPostgres::kSslRequest, 4));
        }
    }
}

TEST(PostgresSignIn, in_the_clear_it_is_asked_as_it_is_where_that_is_written) {
    const ScriptedPostgres server;
    const auto tried = try_it(server.options());
    EXPECT_TRUE(tried.answered) << tried.detail;
    EXPECT_THAT(server.heard().front(), HasSubstr("signet"));
}

}  // namespace
}  // namespace signet::store

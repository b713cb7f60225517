// Tests of what only a PostgreSQL database does: each has a database of its own, with a table of
// people in it.
#pragma once

#include "conformance/postgres.h"
#include "net/system_clock.h"
#include "store/postgres_accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

namespace signet::conformance {

class PostgresSuite : public testing::Test {
protected:
    void SetUp() override {
        if (!Postgres::is_here()) GTEST_SKIP() << "there is no PostgreSQL (tools/peers.sh)";
        postgres_ = &the_postgres();
        database_ = postgres_->make_database();
        run({"CREATE TABLE people (id int, login text, hash text, raw bytea, flag text)",
             "INSERT INTO people VALUES (1, 'ann@example.com', '{PLAIN}a', 'a', 'yes'), "
             "(2, 'bob@example.com', '{PLAIN}b', 'b', 'maybe'), (3, 'twin', '{PLAIN}x', '', "
             "'yes'), "
             "(4, 'twin', '{PLAIN}y', '', 'yes')"});
    }
    void run(std::vector<std::string> sql) {
        const auto done = postgres_->sql(database_, std::move(sql));
        ASSERT_TRUE(done) << done.error().detail;
    }
    store::PostgresAccountsOptions options(const std::string& query) {
        return {.server = postgres_->server(database_),
                .connections = 1,
                .timeout = std::chrono::seconds{20},
                .query = query,
                .rules = {.formats = {.plain = true}},
                .report = [this](std::string_view detail) {
                    const std::lock_guard lock(mutex_);
                    reports_.emplace_back(detail);
                }};
    }
    // "ann@example.com", "nobody", or the fault's name
    static std::string found(store::PostgresAccounts& accounts, const std::string& name) {
        const auto answer = net::run_task(accounts.find(name));
        if (!answer) return std::string{signet::name(answer.error())};
        return *answer ? (*answer)->name : "nobody";
    }
    std::string found(const std::string& query, const std::string& name) {
        store::PostgresAccounts accounts{options(query), clock_};
        return found(accounts, name);
    }
    // The fault's name and all the steps.
    std::string tried(store::PostgresAccountsOptions with,
                      const std::string& name = "ann@example.com") {
        store::PostgresAccounts accounts{std::move(with), clock_};
        const auto trial = net::run_task(accounts.try_find(name));
        std::string told{trial.found ? "no fault" : signet::name(trial.found.error())};
        for (const auto& step : trial.steps) told += "\n" + step;
        return told;
    }
    std::string tried(const std::string& query) { return tried(options(query)); }
    // Of connections that have asked a query of the administrator's.
    std::vector<std::string> backends() {
        const auto found = postgres_->sql(
            database_, {"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND "
                        "pid <> pg_backend_pid() AND query LIKE '%signet_query%'"});
        std::vector<std::string> pids;
        for (const auto& row : found->rows) pids.push_back(*row.at(0));
        return pids;
    }
    // Until it is so.
    template <class Holds>
    static void wait_until(Holds holds) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (!holds()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << "it never came";
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
    }

    static constexpr const char* kQuery =
        "SELECT login AS name, hash AS password FROM people WHERE login = $1";

    Postgres* postgres_ = nullptr;
    std::string database_;
    net::SystemClock clock_;
    std::mutex mutex_;
    std::vector<std::string> reports_;  // guarded by mutex_
};

}  // namespace signet::conformance

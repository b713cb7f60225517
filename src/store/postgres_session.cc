#include "store/postgres_session.h"

#include <utility>

namespace signet::store {

using boost::asio::any_io_executor;

namespace {

std::string statement_name(std::size_t index) { return "signet_" + std::to_string(index); }

std::string quoted_name(const std::string& name) {
    std::string quoted{"\""};
    for (const char c : name) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
    return quoted + "\"";
}

Task<PostgresResult<void>> settle(PostgresConnection& connection, const PostgresServer& server,
                                  bool read_only, Deadline deadline) {
    const auto time = std::to_string(server.statement_time.count());
    auto set = co_await connection.run(
        "SELECT pg_catalog.set_config('statement_timeout', $1, false), "
        "pg_catalog.set_config('default_transaction_read_only', $2, false)",
        {time, read_only ? "on" : "off"}, deadline);
    if (!set) co_return fail(std::move(set.error()));
    co_return PostgresResult<void>{};
}

Task<PostgresResult<void>> prepare(PostgresSession& made, const PostgresPoolOptions& options,
                                   Deadline deadline, PostgresTrace trace) {
    auto& connection = made.connection;
    const auto& server = options.server;
    if (auto set = co_await settle(connection, server, server.read_only, deadline); !set) {
        co_return fail(std::move(set.error()));
    }
    if (!server.channel.empty()) {
        // A standby cannot listen: then changes count from the next sign-in on.
        const auto listens =
            co_await connection.run("LISTEN " + quoted_name(server.channel), {}, deadline);
        made.listens = listens.has_value();
    }
    for (std::size_t i = 0; i < options.statements.size(); ++i) {
        auto statement =
            co_await connection.prepare(statement_name(i), options.statements[i], deadline);
        if (!statement) {
            auto trouble = std::move(statement.error());
            if (!options.hint.empty()) trouble.detail += "; " + options.hint;
            co_return fail(std::move(trouble));
        }
        made.statements.push_back(std::move(*statement));
    }
    if (trace != nullptr) trace->emplace_back("the query is prepared");
    if (options.judge) {
        auto good = options.judge(made.statements);
        if (!good) co_return fail(PostgresTrouble{StoreFault::unavailable, good.error()});
    }
    co_return connection.begin_pipeline();
}

}  // namespace

PostgresResult<void> PostgresSession::ask(std::size_t statement,
                                          std::vector<std::string> parameters) {
    parameters.resize(statements[statement].parameters);
    return connection.ask(statement_name(statement), parameters);
}

Task<PostgresResult<PostgresSession>> open_session(any_io_executor executor,
                                                   const PostgresPoolOptions& options,
                                                   std::size_t first, Deadline deadline,
                                                   PostgresTrace trace) {
    auto opened =
        co_await PostgresConnection::open(executor, options.server, first, deadline, trace);
    if (!opened) co_return fail(std::move(opened.error()));
    PostgresSession made{std::move(*opened), {}, false};
    auto ready = co_await prepare(made, options, deadline, trace);
    if (!ready) co_return fail(std::move(ready.error()));
    co_return std::move(made);
}

Task<PostgresAnswer> ask_alone(any_io_executor executor, const PostgresPoolOptions& options,
                               std::size_t statement, std::vector<std::string> parameters,
                               Deadline deadline, PostgresTrace trace) {
    auto made = co_await open_session(executor, options, 0, deadline, trace);
    if (!made) co_return fail(std::move(made.error()));
    if (auto asked = made->ask(statement, std::move(parameters)); !asked) {
        co_return fail(std::move(asked.error()));
    }
    for (;;) {
        auto heard = co_await made->connection.hear(deadline);
        if (auto* answer = std::get_if<PostgresAnswer>(&heard)) co_return std::move(*answer);
        if (std::holds_alternative<PostgresNotice>(heard)) continue;
        if (auto* broken = std::get_if<PostgresBroken>(&heard)) {
            co_return fail(PostgresTrouble{StoreFault::unavailable, std::move(broken->detail)});
        }
        co_return fail(PostgresTrouble{StoreFault::deadline, "no answer in time"});
    }
}

Task<PostgresAnswer> run_on_its_own(any_io_executor executor, const PostgresServer& server,
                                    std::vector<std::string> sql, Deadline deadline,
                                    PostgresTrace trace) {
    auto opened = co_await PostgresConnection::open(executor, server, 0, deadline, trace);
    if (!opened) co_return fail(std::move(opened.error()));
    if (auto set = co_await settle(*opened, server, false, deadline); !set) {
        co_return fail(std::move(set.error()));
    }
    PostgresAnswer answer;
    for (auto& one : sql) {
        answer = co_await opened->run(std::move(one), {}, deadline);
        if (!answer) break;
    }
    co_return answer;
}

}  // namespace signet::store

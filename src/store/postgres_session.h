// A connection to a PostgreSQL server that is ready for the questions of a pool, and what is asked
// on one alone.
#pragma once

#include "store/postgres_pool.h"

#include <string>
#include <vector>

namespace signet::store {

struct PostgresSession {
    PostgresConnection connection;
    std::vector<PostgresStatement> statements;
    bool listens = false;

    // Of the parameters as many as the statement has go along.
    PostgresResult<void> ask(std::size_t statement, std::vector<std::string> parameters);
};

// Signed in, with its statements prepared and judged.  first: see PostgresConnection::open.
Task<PostgresResult<PostgresSession>> open_session(boost::asio::any_io_executor executor,
                                                   const PostgresPoolOptions& options,
                                                   std::size_t first, Deadline deadline,
                                                   PostgresTrace trace);

// One question on a connection of its own.
Task<PostgresAnswer> ask_alone(boost::asio::any_io_executor executor,
                               const PostgresPoolOptions& options, std::size_t statement,
                               std::vector<std::string> parameters, Deadline deadline,
                               PostgresTrace trace);

// SQL of the program in order, on a connection of its own, which may write.
Task<PostgresAnswer> run_on_its_own(boost::asio::any_io_executor executor,
                                    const PostgresServer& server, std::vector<std::string> sql,
                                    Deadline deadline, PostgresTrace trace);

}  // namespace signet::store

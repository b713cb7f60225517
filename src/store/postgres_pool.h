// Connections to a PostgreSQL server, and many questions on each of them.
//
// All of them live on one thread of their own, with a loop as every I/O thread has: a question
// comes from any coroutine, is put on the connection that has the least to do, and its answer goes
// back. So one connection serves all I/O threads, and what libpq does of itself (the handshake of
// TLS, the rounds of SCRAM, small files) holds up nobody's session.
//
// Connections are made when they are wanted.  A question whose connection breaks is asked once
// more: a statement only reads, or is none the second time.  Whoever asked goes on at his deadline,
// whatever the server does.
#pragma once

#include "store/postgres_connection.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signet::store {

// How many questions a connection is given before the first is answered.
inline constexpr unsigned kPostgresPipeline = 16;

struct PostgresPoolOptions {
    PostgresServer server;
    unsigned connections = 4;
    std::chrono::milliseconds timeout{5'000};  // of a question, connecting included
    std::vector<std::string> statements;       // prepared on each connection
    // Whether what the server says of the statements is what they must give.  Fault: a sentence.
    std::function<Result<void, std::string>(const std::vector<PostgresStatement>&)> judge = {};
    // What to do when a statement is not taken, beside the server's words.
    std::string hint = {};
    // Told of each fault: for the log.  Safe for concurrent use.
    std::function<void(std::string_view detail)> report = {};
};

// Safe for concurrent use.  Destruction answers who still waits: unavailable.
class PostgresPool {
public:
    explicit PostgresPool(PostgresPoolOptions options);
    ~PostgresPool();

    // statement: its index in the options.  Of the parameters as many as it has go along.
    Task<PostgresAnswer> ask(std::size_t statement, std::vector<std::string> parameters,
                             Deadline deadline);

    // One connection of its own, with all the steps: what is wrong, and with which host.
    Task<PostgresAnswer> try_out(std::size_t statement, std::vector<std::string> parameters,
                                 Deadline deadline,
                                 std::shared_ptr<std::vector<std::string>> steps);

    // SQL that is run in order on a connection of its own, which may write.
    Task<PostgresAnswer> run_alone(std::vector<std::string> sql, Deadline deadline,
                                   std::shared_ptr<std::vector<std::string>> steps);

    // On the thread of the connections, without anybody waiting for it.
    void spawn(Task<void> task);

    // Grows with every NOTIFY of PostgresServer::channel, and when one may have been missed; 0
    // without a channel, and until it is listened to for the first time.
    std::uint64_t generation() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::store

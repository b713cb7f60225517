// The way into a PostgreSQL server: names, hosts one after the other, TLS, sign-in.  For
// PostgresConnection alone.
#pragma once

#include "net/readiness.h"
#include "store/postgres_connection.h"

#include <memory>
#include <string>
#include <string_view>

struct pg_conn;  // libpq's PGconn

namespace signet::store {

struct FinishPostgres {
    void operator()(pg_conn* handle) const;
};
using PostgresHandle = std::unique_ptr<pg_conn, FinishPostgres>;

// Where a connection leads.
struct PostgresPlace {
    std::size_t index = 0;  // in PostgresServer::hosts
    PostgresHost host;
    std::string address = {};  // empty: a Unix socket

    std::string text() const;  // "db1.example.com:5432"
};

struct PostgresSignedIn {
    PostgresHandle handle;
    PostgresPlace place;
};

// See PostgresConnection::open.
Task<PostgresResult<PostgresSignedIn>> sign_in_to_postgres(boost::asio::any_io_executor executor,
                                                           const PostgresServer& server,
                                                           std::size_t first, Deadline deadline,
                                                           PostgresTrace trace);

// A wait on the library's socket: by a copy of it, since both close their own.
net::Readiness watch_postgres(const boost::asio::any_io_executor& executor, pg_conn& handle);

// The library's words, of several lines, in one that can be logged.
std::string postgres_line(std::string_view text);
// Why a wait came to nothing.
PostgresTrouble postgres_wait_over(net::IoFault fault, const std::string& where);

}  // namespace signet::store

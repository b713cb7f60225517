// One connection to a PostgreSQL server, by libpq, in the words that look-ups need.  All of libpq
// is in the .cc file.
//
// Nothing blocks but what the library does of itself: small files (certificates), and the rounds of
// SCRAM, as many as the server asks for.  Names are looked up by net::resolve, and each step waits
// for the descriptor on the loop that it runs on: one of the pool's, never of the sessions'.
// A statement is prepared when the connection is made; what a client said goes as a parameter of
// it, never as SQL.
#pragma once

#include "base/deadline.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/store_fault.h"
#include "base/task.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace signet::store {

struct PostgresHost {
    std::string host;  // a name, an address, or the directory of a Unix socket ("/run/postgresql")
    std::uint16_t port = 5432;
};

enum class PostgresTls {
    verified,  // by the server's name, but for a Unix socket
    none,
};

struct PostgresServer {
    std::vector<PostgresHost> hosts;
    std::string database, user;
    // Asked for at each connection; empty: none is sent.  The fault is a sentence.
    std::function<Result<Secret, std::string>()> password = {};
    PostgresTls tls = PostgresTls::verified;
    std::string ca, certificate, key;  // PEM files; no certificate: none is shown
    std::string session = "any";       // libpq's target_session_attrs
    // A statement that runs longer is ended by the server.
    std::chrono::milliseconds statement_time{5'000};
    std::string channel = {};  // of NOTIFY; empty: nothing is listened for
    bool read_only = true;     // nothing can be written by its statements
};

// Fault: unavailable: the connection, or what keeps everybody's statement from running; deadline;
// corrupt: what was asked with this one value cannot be answered.
// detail: the library's words, and the server's; never a password.
struct PostgresTrouble {
    StoreFault fault = StoreFault::unavailable;
    std::string detail;
    bool stale = false;  // the same statement may be right on another connection
};
template <class T>
using PostgresResult = Result<T, PostgresTrouble>;

struct PostgresColumn {
    std::string name;
    std::uint32_t type = 0;  // its OID
};
inline constexpr std::uint32_t kPostgresBytea = 17;

struct PostgresStatement {
    std::vector<PostgresColumn> columns;
    unsigned parameters = 0;
};

using PostgresRow = std::vector<std::optional<std::string>>;  // nullopt: NULL
struct PostgresTable {
    std::vector<std::string> columns;
    std::vector<PostgresRow> rows;
};
using PostgresAnswer = PostgresResult<PostgresTable>;
inline constexpr std::size_t kMaxPostgresRows = 1'000;  // of an answer; more are left out

// What came next.
struct PostgresNotice {};   // of the channel
struct PostgresSilence {};  // nothing, until the deadline
struct PostgresBroken {
    std::string detail;  // the connection is of no more use
};
using PostgresHeard = std::variant<PostgresAnswer, PostgresNotice, PostgresSilence, PostgresBroken>;

// What was done, step by step, for people.  null: nobody wants to know.
using PostgresTrace = std::vector<std::string>*;

// Used on one loop's thread alone.
class PostgresConnection {
public:
    // Signed in at the first of the hosts that is as `session` says, beginning with the one that
    // was taken last time.
    static Task<PostgresResult<PostgresConnection>> open(boost::asio::any_io_executor executor,
                                                         const PostgresServer& server,
                                                         std::size_t first, Deadline deadline,
                                                         PostgresTrace trace);
    PostgresConnection(PostgresConnection&&) noexcept;
    PostgresConnection& operator=(PostgresConnection&&) noexcept;
    ~PostgresConnection();

    // One after the other.  sql: a constant of the program, or of the settings.
    Task<PostgresResult<PostgresStatement>> prepare(std::string name, std::string sql,
                                                    Deadline deadline);
    Task<PostgresAnswer> run(std::string sql, std::vector<std::string> parameters,
                             Deadline deadline);

    // From here on statements are only asked by ask(), many at a time, and heard in order.
    PostgresResult<void> begin_pipeline();
    // After a fault the connection is of no more use, which whoever hears is told at once.
    PostgresResult<void> ask(const std::string& statement,
                             const std::vector<std::string>& parameters);
    Task<PostgresHeard> hear(Deadline deadline);

    std::size_t host() const;          // its index in PostgresServer::hosts
    const std::string& where() const;  // "db1.example.com:5432"

private:
    struct Impl;
    explicit PostgresConnection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::store

// SQLite, as little of it as the stores need.
//
// A statement's text is a constant of the program (Sql cannot be made from anything else), and all
// that comes from outside is bound to its parameters: no input can ever become a statement.
#pragma once

#include "base/result.h"
#include "base/store_fault.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace signet::store {

// The text of one statement, known when the program is compiled.
struct Sql {
    consteval Sql(const char* constant) : text(constant) {}
    const char* text;
};

struct SqliteFault {
    StoreFault fault = StoreFault::unavailable;
    std::string detail;  // the library's words; never a value that was bound
};
template <class T>
using SqliteResult = Result<T, SqliteFault>;

// A statement at work.  Ends, and lets go of its locks, when it dies.
class SqliteRows {
public:
    SqliteRows(sqlite3* connection, sqlite3_stmt* statement, int bound)
        : connection_(connection), statement_(statement), bound_(bound) {}
    SqliteRows(const SqliteRows&) = delete;
    SqliteRows& operator=(const SqliteRows&) = delete;
    ~SqliteRows();

    SqliteResult<bool> next();    // true: there is a row
    SqliteResult<void> finish();  // for statements that give none

    // Of the current row; columns count from 0.
    std::int64_t integer(int column) const;
    std::string text(int column) const;
    bool is_null(int column) const;

private:
    sqlite3* connection_;
    sqlite3_stmt* statement_;
    int bound_;  // what binding the parameters ended in
};

// Prepared once, run often.  One run at a time.
class SqliteStatement {
public:
    SqliteStatement(sqlite3* connection, sqlite3_stmt* statement)
        : connection_(connection), statement_(statement) {}

    template <class... Values>
    SqliteRows run(const Values&... values) {
        int at = 0, bound = 0;
        ((bound = bound != 0 ? bound : bind(++at, values)), ...);
        return SqliteRows{connection_, statement_.get(), bound};
    }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    int bind(int at, std::int64_t value);
    int bind(int at, std::string_view value);
    int bind(int at, const std::optional<std::int64_t>& value);  // nullopt: NULL

    sqlite3* connection_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Used by one thread at a time.  Outlives its statements.
class SqliteConnection {
public:
    enum class Access {
        read,
        write
    };

    // REQUIRES: the file exists (an empty one will do).  busy_wait: how long to wait for another
    // program that has the file locked.
    static SqliteResult<SqliteConnection> open(const std::string& path, Access access,
                                               std::chrono::milliseconds busy_wait);

    SqliteResult<SqliteStatement> prepare(Sql sql);
    SqliteResult<void> execute(Sql sql);  // one statement without parameters or answer
    // Ends the transaction, if there is one, as if it had never been.
    void roll_back();
    // The file never grows beyond; what would need more is full.  Holds for this connection.
    SqliteResult<void> limit_size(std::uint64_t octets);
    // Everything in this database, as of one moment, into the empty file at `path`.
    SqliteResult<void> copy_to(const std::string& path);

private:
    struct Close {
        void operator()(sqlite3* connection) const;
    };
    explicit SqliteConnection(sqlite3* connection) : connection_(connection) {}
    std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace signet::store

#include "store/sqlite_connection.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace signet::store {
namespace {

StoreFault fault_of(int code) {
    switch (code & 0xFF) {
    case SQLITE_FULL: return StoreFault::full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
        return StoreFault::corrupt;           // the tables say no to what they should take
    default: return StoreFault::unavailable;  // busy, locked, an I/O error, no memory, read only
    }
}

std::unexpected<SqliteFault> failed(sqlite3* connection, int code) {
    std::string detail = sqlite3_errstr(code);
    // What the connection has to say is about its last call; it quotes names of the schema only.
    if (connection != nullptr && sqlite3_extended_errcode(connection) == code) {
        detail = sqlite3_errmsg(connection);
    }
    return fail(SqliteFault{fault_of(code), std::move(detail)});
}

}  // namespace

SqliteRows::~SqliteRows() {
    sqlite3_reset(statement_);  // repeats the code of next(), which has been told already
    sqlite3_clear_bindings(statement_);
}

SqliteResult<bool> SqliteRows::next() {
    if (bound_ != SQLITE_OK) return failed(connection_, bound_);
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return failed(connection_, code);
}

SqliteResult<void> SqliteRows::finish() {
    for (;;) {
        const auto more = next();
        if (!more) return fail(more.error());
        if (!*more) return {};
    }
}

std::int64_t SqliteRows::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string SqliteRows::text(int column) const {
    const auto* const octets = sqlite3_column_text(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (octets == nullptr) return {};
    return {reinterpret_cast<const char*>(octets), static_cast<std::size_t>(size)};
}

bool SqliteRows::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

int SqliteStatement::bind(int at, std::int64_t value) {
    return sqlite3_bind_int64(statement_.get(), at, value);
}

int SqliteStatement::bind(int at, std::string_view value) {
    return sqlite3_bind_text64(statement_.get(), at, value.data() ? value.data() : "", value.size(),
                               SQLITE_TRANSIENT, SQLITE_UTF8);
}

int SqliteStatement::bind(int at, const std::optional<std::int64_t>& value) {
    return value ? bind(at, *value) : sqlite3_bind_null(statement_.get(), at);
}

void SqliteConnection::Close::operator()(sqlite3* connection) const { sqlite3_close(connection); }

SqliteResult<SqliteConnection> SqliteConnection::open(const std::string& path, Access access,
                                                      std::chrono::milliseconds busy_wait) {
    const int mode = access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle,
                                     mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    SqliteConnection made{handle};  // closes it in any case
    if (code != SQLITE_OK) return failed(handle, code);
    sqlite3_busy_timeout(handle, static_cast<int>(busy_wait.count()));
    // A file that somebody prepared must not make the library run what is in its schema.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    return made;
}

SqliteResult<SqliteStatement> SqliteConnection::prepare(Sql sql) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(), sql.text, -1, SQLITE_PREPARE_PERSISTENT,
                                        &made, nullptr);
    if (code != SQLITE_OK) return failed(connection_.get(), code);
    return SqliteStatement{connection_.get(), made};
}

SqliteResult<void> SqliteConnection::execute(Sql sql) {
    auto statement = prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    return statement->run().finish();
}

void SqliteConnection::roll_back() {
    // Fails where the library has rolled back by itself: the transaction is gone either way.
    sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

SqliteResult<void> SqliteConnection::limit_size(std::uint64_t octets) {
    // A PRAGMA takes no parameters: the one text that is made at run time, of a number alone.
    constexpr std::uint64_t kPage = 4'096, kMost = 0xFFFFFFFE;
    const auto pages = static_cast<unsigned>(std::clamp(octets / kPage, std::uint64_t{1}, kMost));
    const std::unique_ptr<char, decltype(&sqlite3_free)> text{
        sqlite3_mprintf("PRAGMA max_page_count = %u", pages), &sqlite3_free};
    const int code = text ? sqlite3_exec(connection_.get(), text.get(), nullptr, nullptr, nullptr)
                          : SQLITE_NOMEM;
    if (code != SQLITE_OK) return failed(connection_.get(), code);
    return {};
}

SqliteResult<void> SqliteConnection::copy_to(const std::string& path) {
    auto target = open(path, Access::write, std::chrono::milliseconds{0});
    if (!target) return fail(std::move(target.error()));
    sqlite3* const into = target->connection_.get();
    sqlite3_backup* const backup = sqlite3_backup_init(into, "main", connection_.get(), "main");
    if (backup == nullptr) return failed(into, sqlite3_extended_errcode(into));
    const int code = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE) return failed(into, code);
    return {};
}

}  // namespace signet::store

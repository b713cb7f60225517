#include "store/sqlite_warnings.h"

namespace signet::store {

using std::chrono::days;

SqliteResult<std::optional<days>> last_warning(SqliteConnection& connection,
                                               std::string_view account,
                                               std::string_view credential, WallTime made) {
    auto statement = connection.prepare(
        "SELECT days_before FROM password_warning"
        " WHERE account = ? AND credential = ? AND made = ?");
    if (!statement) return fail(std::move(statement.error()));
    auto rows = statement->run(account, credential, std::int64_t{made.time_since_epoch().count()});
    const auto row = rows.next();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<days>{};
    return std::optional{days{rows.integer(0)}};
}

SqliteResult<std::monostate> keep_warning(SqliteConnection& connection, std::string_view account,
                                          std::string_view credential, WallTime made, days before) {
    auto statement = connection.prepare(
        "INSERT INTO password_warning SELECT account, id, ?, ? FROM credential"
        " WHERE account = ? AND id = ?"
        " ON CONFLICT(account, credential) DO UPDATE SET made = excluded.made,"
        " days_before = excluded.days_before");
    if (!statement) return fail(std::move(statement.error()));
    auto done = statement
                    ->run(std::int64_t{made.time_since_epoch().count()},
                          std::int64_t{before.count()}, account, credential)
                    .finish();
    if (!done) return fail(std::move(done.error()));
    return std::monostate{};
}

}  // namespace signet::store

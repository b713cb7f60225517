#include "store/sqlite_familiar.h"

#include "identity/familiar_networks.h"

namespace signet::store {

SqliteResult<std::optional<WallTime>> last_sign_in(SqliteConnection& connection,
                                                   std::string_view account,
                                                   std::string_view network) {
    auto statement = connection.prepare(
        "SELECT last_sign_in FROM familiar_network WHERE account = ? AND network = ?");
    if (!statement) return fail(std::move(statement.error()));
    auto rows = statement->run(account, network);
    const auto row = rows.next();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<WallTime>{};
    return WallTime{std::chrono::microseconds{rows.integer(0)}};
}

SqliteResult<std::monostate> keep_sign_in(SqliteConnection& connection, std::string_view account,
                                          std::string_view network, WallTime now) {
    auto keep = connection.prepare(
        "INSERT INTO familiar_network SELECT name, ?, ? FROM account WHERE name = ? "
        "ON CONFLICT(account, network) DO UPDATE SET last_sign_in = excluded.last_sign_in");
    if (!keep) return fail(std::move(keep.error()));
    const auto time = now.time_since_epoch().count();
    if (auto done = keep->run(network, std::int64_t{time}, account).finish(); !done) {
        return fail(std::move(done.error()));
    }
    auto forget = connection.prepare(
        "DELETE FROM familiar_network WHERE account = ?1 AND network IN (SELECT network FROM "
        "familiar_network WHERE account = ?1 ORDER BY last_sign_in DESC LIMIT -1 OFFSET ?2)");
    if (!forget) return fail(std::move(forget.error()));
    constexpr std::int64_t kKept = identity::kFamiliarNetworks;
    if (auto done = forget->run(account, kKept).finish(); !done) {
        return fail(std::move(done.error()));
    }
    return std::monostate{};
}

}  // namespace signet::store

#include "store/account_seal.h"

#include "base/base64.h"
#include "base/text.h"

#include <utility>
#include <vector>

namespace signet::store {
namespace {

std::string_view name_of(AccountSeal::Column column) {
    switch (column) {
    case AccountSeal::Column::password_hash: return "password_hash";
    case AccountSeal::Column::scram_sha256: return "scram_sha256";
    }
    std::unreachable();
}

// A name holds no NUL, so no two places are written alike.
std::string place_of(AccountSeal::Column column, std::string_view account) {
    std::string place{"account."};
    place += name_of(column);
    place += '\0';
    place += account;
    return place;
}

// Empty: nothing is sealed yet.
SqliteResult<std::string> id_in(SqliteConnection& connection) {
    auto statement = connection.prepare("SELECT key_id FROM seal");
    if (!statement) return fail(std::move(statement.error()));
    auto rows = statement->run();
    const auto row = rows.next();
    if (!row) return fail(row.error());
    return *row ? rows.text(0) : std::string{};
}

struct Unsealed {
    std::string name, password_hash;
};
SqliteResult<std::vector<Unsealed>> unsealed_rows(SqliteConnection& connection) {
    auto statement =
        connection.prepare("SELECT name, password_hash FROM account WHERE password_hash <> ''");
    if (!statement) return fail(std::move(statement.error()));
    auto rows = statement->run();
    std::vector<Unsealed> all;
    for (;;) {
        const auto more = rows.next();
        if (!more) return fail(more.error());
        if (!*more) return all;
        all.push_back({rows.text(0), rows.text(1)});
    }
}

}  // namespace

std::string AccountSeal::id() const { return hex(seal_.derive("key id").reveal().substr(0, 8)); }

std::string AccountSeal::close(Column column, std::string_view account,
                               std::string_view value) const {
    if (value.empty()) return {};
    return base64(seal_.close(value, place_of(column, account)));
}

std::optional<std::string> AccountSeal::open(Column column, std::string_view account,
                                             std::string_view stored) const {
    if (stored.empty()) return std::string{};
    const auto sealed = unbase64(stored);
    return sealed ? seal_.open(*sealed, place_of(column, account)) : std::nullopt;
}

// Rows of before there was a seal have a password hash and no verifier.
SqliteResult<void> AccountSeal::seal_rows(SqliteConnection& connection) const {
    const auto rows = unsealed_rows(connection);
    if (!rows) return fail(rows.error());
    auto change = connection.prepare("UPDATE account SET password_hash = ? WHERE name = ?");
    if (!change) return fail(std::move(change.error()));
    for (const auto& row : *rows) {
        const auto sealed = close(Column::password_hash, row.name, row.password_hash);
        if (auto done = change->run(sealed, row.name).finish(); !done) return done;
    }
    auto mark = connection.prepare("INSERT INTO seal VALUES(?)");
    if (!mark) return fail(std::move(mark.error()));
    return mark->run(id()).finish();
}

SqliteResult<void> AccountSeal::seal_all(SqliteConnection& connection) const {
    if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
    // Asked again inside the lock: another process may have done it in the meantime.
    const auto known = id_in(connection);
    auto done = known ? SqliteResult<void>{} : fail(known.error());
    if (known && known->empty()) done = seal_rows(connection);
    if (done) done = connection.execute("COMMIT");
    if (!done) {
        connection.roll_back();
        return done;
    }
    // What was readable must not stay readable in the log of changes.
    return connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

SqliteResult<std::shared_ptr<const AccountSeal>> AccountSeal::unlock(SqliteConnection& connection,
                                                                     const CredentialKey& key) {
    auto known = id_in(connection);
    if (!known) return fail(std::move(known.error()));
    auto octets = key.source(known->empty() ? KeyNeed::may_be_made : KeyNeed::must_be_there);
    if (!octets) return fail(SqliteFault{StoreFault::unavailable, std::move(octets.error())});
    auto seal = std::make_shared<const AccountSeal>(crypto::Seal{std::move(*octets), key.entropy});
    if (known->empty()) {
        if (auto done = seal->seal_all(connection); !done) return fail(std::move(done.error()));
        known = id_in(connection);
        if (!known) return fail(std::move(known.error()));
    }
    if (*known != seal->id()) {
        return fail(SqliteFault{StoreFault::corrupt,
                                "its credentials are sealed with another key than the one that "
                                "storage.credential_key gives; bring back the key that belongs to "
                                "this database"});
    }
    return seal;
}

}  // namespace signet::store

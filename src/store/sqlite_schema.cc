#include "store/sqlite_schema.h"

#include <array>
#include <span>

namespace signet::store {
namespace {

// Never changed once released: a change is a new migration.
constexpr Sql kFirst[] = {
    R"(CREATE TABLE migration(
         version INTEGER PRIMARY KEY,
         applied INTEGER NOT NULL  -- microseconds since 1970, as all times here
       ) STRICT)",
    R"(CREATE TABLE account(
         name TEXT PRIMARY KEY,
         enabled INTEGER NOT NULL CHECK(enabled IN (0, 1)),
         may_submit INTEGER NOT NULL CHECK(may_submit IN (0, 1)),
         password_hash TEXT NOT NULL,
         created INTEGER NOT NULL,
         changed INTEGER NOT NULL,
         revision INTEGER NOT NULL UNIQUE
       ) STRICT)",
    R"(CREATE TABLE send_as(
         account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
         position INTEGER NOT NULL,
         local_part TEXT NOT NULL,  -- empty: every address of the domain
         domain TEXT NOT NULL,
         PRIMARY KEY(account, position)
       ) STRICT, WITHOUT ROWID)",
    // One row.  Every change of any account takes the next number, so none is ever used twice.
    "CREATE TABLE last_revision(number INTEGER NOT NULL) STRICT",
    "INSERT INTO last_revision VALUES(0)",
    "PRAGMA application_id = 1399416686",  // "Sign": file(1) and we know it by that
};

// Whether a recipient exists is asked for every RCPT of a stranger.
constexpr Sql kAddressIndex[] = {"CREATE INDEX send_as_address ON send_as(domain, local_part)"};
constexpr Sql kSealed[] = {
    // password_hash and scram_sha256 are sealed (store/account_seal.h) once `seal` has its row.
    "ALTER TABLE account ADD COLUMN scram_sha256 TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE account ADD COLUMN scram_iterations INTEGER NOT NULL DEFAULT 0",  // 0: no verifier
    "CREATE INDEX account_scram ON account(scram_iterations) WHERE enabled AND may_submit",
    "CREATE TABLE seal(key_id TEXT NOT NULL) STRICT",
};

// From where an account signed in lately: nobody is banned there for trying it.
constexpr Sql kFamiliar[] = {
    R"(CREATE TABLE familiar_network(
         account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
         network TEXT NOT NULL,  -- an IPv4 address, or an IPv6 network of 64 bits
         last_sign_in INTEGER NOT NULL,
         PRIMARY KEY(account, network)
       ) STRICT, WITHOUT ROWID)",
};
// NULL: as the settings say.  A rate is a count and a window in seconds, or neither.
constexpr Sql kLimits[] = {
    "ALTER TABLE account ADD COLUMN limit_messages INTEGER CHECK(limit_messages >= 0)",
    R"(ALTER TABLE account ADD COLUMN limit_messages_window INTEGER
         CHECK((limit_messages IS NULL) = (limit_messages_window IS NULL)
               AND limit_messages_window > 0))",
    "ALTER TABLE account ADD COLUMN limit_recipients INTEGER CHECK(limit_recipients >= 0)",
    R"(ALTER TABLE account ADD COLUMN limit_recipients_window INTEGER
         CHECK((limit_recipients IS NULL) = (limit_recipients_window IS NULL)
               AND limit_recipients_window > 0))",
    R"(ALTER TABLE account ADD COLUMN limit_message_recipients INTEGER
         CHECK(limit_message_recipients >= 0))",
    "ALTER TABLE account ADD COLUMN limit_message_size INTEGER CHECK(limit_message_size >= 0)",
};

// An account has many credentials; the password of before is the one with that id.
constexpr Sql kCredentials[] = {
    R"(CREATE TABLE credential(
         account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
         id TEXT NOT NULL,
         position INTEGER NOT NULL,
         kind TEXT NOT NULL,
         label TEXT NOT NULL,
         state TEXT NOT NULL CHECK(state IN ('active', 'revoked')),
         secret TEXT NOT NULL,  -- sealed
         subject TEXT,          -- of a certificate or a token: no secret, and nobody else's
         policy TEXT NOT NULL,  -- JSON; empty: none
         created INTEGER NOT NULL,
         expires INTEGER,
         idle_days INTEGER CHECK(idle_days > 0),
         PRIMARY KEY(account, id)
       ) STRICT, WITHOUT ROWID)",
    "CREATE UNIQUE INDEX credential_subject ON credential(kind, subject) WHERE subject IS NOT NULL",
    R"(CREATE TABLE verifier(
         account TEXT NOT NULL,
         credential TEXT NOT NULL,
         kind TEXT NOT NULL,
         iterations INTEGER NOT NULL,
         secret TEXT NOT NULL,  -- sealed
         PRIMARY KEY(account, credential, kind),
         FOREIGN KEY(account, credential) REFERENCES credential(account, id) ON DELETE CASCADE
       ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE credential_use(
         account TEXT NOT NULL,
         credential TEXT NOT NULL,
         time INTEGER NOT NULL,
         client TEXT NOT NULL,
         mechanism TEXT NOT NULL,
         tls TEXT NOT NULL,
         PRIMARY KEY(account, credential),
         FOREIGN KEY(account, credential) REFERENCES credential(account, id) ON DELETE CASCADE
       ) STRICT, WITHOUT ROWID)",
    R"(CREATE TABLE account_group(
         account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
         name TEXT NOT NULL,
         PRIMARY KEY(account, name)
       ) STRICT, WITHOUT ROWID)",
    R"(INSERT INTO credential SELECT name, 'password', 0, 'password', '', 'active', password_hash,
         NULL, '', created, NULL, NULL FROM account
         WHERE password_hash <> '' OR scram_sha256 <> '')",
    R"(INSERT INTO verifier SELECT name, 'password', 'SCRAM-SHA-256', scram_iterations, scram_sha256
         FROM account WHERE scram_sha256 <> '')",
    // The revision when anything but the credentials changed.
    "ALTER TABLE account ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0",
    "DROP INDEX account_scram",
    "ALTER TABLE account DROP COLUMN password_hash",
    "ALTER TABLE account DROP COLUMN scram_sha256",
    "ALTER TABLE account DROP COLUMN scram_iterations",
};

// What the owner of a password was told last about its age: so many days before its end.  Of the
// password that was made then; another one is told of anew.
constexpr Sql kWarnings[] = {
    R"(CREATE TABLE password_warning(
         account TEXT NOT NULL,
         credential TEXT NOT NULL,
         made INTEGER NOT NULL,
         days_before INTEGER NOT NULL,
         PRIMARY KEY(account, credential),
         FOREIGN KEY(account, credential) REFERENCES credential(account, id) ON DELETE CASCADE
       ) STRICT, WITHOUT ROWID)",
};

struct Migration {
    std::int64_t version;
    std::span<const Sql> steps;
};
constexpr Migration kMigrations[] = {{1, kFirst},    {2, kAddressIndex}, {3, kSealed},
                                     {4, kFamiliar}, {5, kLimits},       {6, kCredentials},
                                     {7, kWarnings}};
constexpr std::int64_t kNewest = std::span{kMigrations}.back().version;
constexpr std::int64_t kApplication = 1'399'416'686;

SqliteResult<std::int64_t> number(SqliteConnection& connection, Sql sql) {
    auto statement = connection.prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    auto rows = statement->run();
    const auto row = rows.next();
    if (!row) return fail(row.error());
    return *row ? rows.integer(0) : 0;
}

// 0: nothing was ever written.
SqliteResult<std::int64_t> version_of(SqliteConnection& connection) {
    const auto tables = number(connection, "SELECT count(*) FROM sqlite_schema");
    if (!tables || *tables == 0) return tables;
    const auto application = number(connection, "PRAGMA application_id");
    if (!application) return application;
    if (*application != kApplication) {
        return fail(SqliteFault{StoreFault::corrupt, "this is a database of another program"});
    }
    return number(connection, "SELECT max(version) FROM migration");
}

SqliteResult<void> apply(SqliteConnection& connection, const Migration& migration, WallTime now) {
    for (const auto step : migration.steps) {
        if (auto done = connection.execute(step); !done) return done;
    }
    auto record = connection.prepare("INSERT INTO migration VALUES(?, ?)");
    if (!record) return fail(std::move(record.error()));
    return record->run(migration.version, now.time_since_epoch().count()).finish();
}

SqliteResult<void> apply_in_transaction(SqliteConnection& connection, const Migration& migration,
                                        WallTime now) {
    if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
    // Asked again inside the lock: another process may have done it in the meantime.
    const auto version = version_of(connection);
    auto done = version ? SqliteResult<void>{} : fail(version.error());
    if (version && *version < migration.version) done = apply(connection, migration, now);
    if (done) done = connection.execute("COMMIT");
    if (!done) connection.roll_back();
    return done;
}

}  // namespace

SqliteResult<void> migrate(SqliteConnection& connection, WallTime now) {
    const auto version = version_of(connection);
    if (!version) return fail(version.error());
    if (*version > kNewest) {
        return fail(SqliteFault{StoreFault::corrupt, "written by a newer Signet (version " +
                                                         std::to_string(*version) +
                                                         " of the tables; this program knows " +
                                                         std::to_string(kNewest) + ")"});
    }
    for (const auto& migration : kMigrations) {
        if (migration.version <= *version) continue;
        if (auto done = apply_in_transaction(connection, migration, now); !done) return done;
    }
    return {};
}

}  // namespace signet::store

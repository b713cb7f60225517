#include "store/account_seal.h"

#include "base/base64.h"
#include "base/text.h"
#include "identity/credential_policy.h"

#include <initializer_list>
#include <utility>
#include <vector>

namespace signet::store {
namespace {

// A name holds no NUL, so no two places are written alike.
std::string place(std::string_view what, std::initializer_list<std::string_view> of) {
    std::string text{what};
    for (const auto one : of) (text += '\0') += one;
    return text;
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
    std::string account, credential, secret;
};
SqliteResult<std::vector<Unsealed>> unsealed_rows(SqliteConnection& connection) {
    auto statement =
        connection.prepare("SELECT account, id, secret FROM credential WHERE secret <> ''");
    if (!statement) return fail(std::move(statement.error()));
    auto rows = statement->run();
    std::vector<Unsealed> all;
    for (;;) {
        const auto more = rows.next();
        if (!more) return fail(more.error());
        if (!*more) return all;
        all.push_back({rows.text(0), rows.text(1), rows.text(2)});
    }
}

}  // namespace

std::string AccountSeal::id() const { return hex(seal_.derive("key id").reveal().substr(0, 8)); }

// What was sealed before there were several credentials stays as it is: the password and its
// verifier have the places that they had in the row of the account.
std::string AccountSeal::secret_of(std::string_view account,
                                   const identity::Credential& credential) {
    const auto policy = text_of(credential.policy);
    const bool plain = credential.id == identity::kMainPassword &&
                       credential.kind == identity::CredentialKind::password &&
                       credential.state == identity::CredentialState::active && policy.empty() &&
                       !credential.expires && !credential.idle_limit;
    if (plain) return place("account.password_hash", {account});
    const auto expires =
        credential.expires ? std::to_string(credential.expires->time_since_epoch().count()) : "";
    const auto idle = credential.idle_limit ? std::to_string(credential.idle_limit->count()) : "";
    return place("credential", {account, credential.id, name(credential.kind),
                                name(credential.state), policy, expires, idle});
}

std::string AccountSeal::verifier_of(std::string_view account, std::string_view credential,
                                     std::string_view kind) {
    if (credential == identity::kMainPassword && kind == name(sasl::ProofKind::scram_sha256)) {
        return place("account.scram_sha256", {account});
    }
    return place("verifier.secret", {account, credential, kind});
}

std::string AccountSeal::close(std::string_view place, std::string_view value) const {
    if (value.empty()) return {};
    return base64(seal_.close(value, place));
}

std::optional<std::string> AccountSeal::open(std::string_view place,
                                             std::string_view stored) const {
    if (stored.empty()) return std::string{};
    const auto sealed = unbase64(stored);
    return sealed ? seal_.open(*sealed, place) : std::nullopt;
}

// What is older than the seal has password hashes and no verifiers.
SqliteResult<void> AccountSeal::seal_rows(SqliteConnection& connection) const {
    const auto rows = unsealed_rows(connection);
    if (!rows) return fail(rows.error());
    auto change =
        connection.prepare("UPDATE credential SET secret = ? WHERE account = ? AND id = ?");
    if (!change) return fail(std::move(change.error()));
    for (const auto& row : *rows) {
        const auto sealed =
            close(secret_of(row.account, identity::Credential{.id = row.credential}), row.secret);
        if (auto done = change->run(sealed, row.account, row.credential).finish(); !done) {
            return done;
        }
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

#include "store/sqlite_credential_rows.h"

#include "identity/credential_policy.h"
#include "identity/scram_verifier.h"

#include <algorithm>
#include <utility>

namespace signet::store {
namespace {

using identity::Account;
using identity::Credential;
using identity::CredentialKind;
using identity::CredentialState;

constexpr Sql kOneCredentials =
    "SELECT c.account, c.id, c.kind, c.label, c.state, c.secret, c.subject, c.policy, c.created,"
    " c.expires, c.idle_days, u.time, u.client, u.mechanism, u.tls"
    " FROM credential c LEFT JOIN credential_use u ON u.account = c.account AND u.credential = c.id"
    " WHERE c.account = ? ORDER BY c.position";
constexpr Sql kAllCredentials =
    "SELECT c.account, c.id, c.kind, c.label, c.state, c.secret, c.subject, c.policy, c.created,"
    " c.expires, c.idle_days, u.time, u.client, u.mechanism, u.tls"
    " FROM credential c LEFT JOIN credential_use u ON u.account = c.account AND u.credential = c.id"
    " ORDER BY c.account, c.position";
constexpr Sql kOneVerifiers =
    "SELECT account, credential, kind, secret FROM verifier WHERE account = ?"
    " ORDER BY credential, kind";
constexpr Sql kAllVerifiers =
    "SELECT account, credential, kind, secret FROM verifier ORDER BY account, credential, kind";
constexpr Sql kOneGroups =
    "SELECT account, name FROM account_group WHERE account = ? ORDER BY name";
constexpr Sql kAllGroups = "SELECT account, name FROM account_group ORDER BY account, name";

// Of accounts that may sign in and submit.
constexpr Sql kRounds =
    "SELECT v.kind, v.iterations, count(DISTINCT v.account) FROM verifier v"
    " JOIN account a ON a.name = v.account"
    " JOIN credential c ON c.account = v.account AND c.id = v.credential"
    " WHERE a.enabled AND a.may_submit AND c.state = 'active' GROUP BY v.kind, v.iterations";
constexpr Sql kWithout =
    "SELECT count(DISTINCT c.account) FROM credential c JOIN account a ON a.name = c.account"
    " WHERE a.enabled AND a.may_submit AND c.state = 'active'"
    " AND c.kind IN ('password', 'app-password') AND NOT EXISTS ("
    "  SELECT 1 FROM verifier v WHERE v.account = c.account AND v.credential = c.id AND v.kind = "
    "?)";
constexpr Sql kOwner = "SELECT account FROM credential WHERE kind = ? AND subject = ?";

std::int64_t to_number(WallTime time) { return time.time_since_epoch().count(); }
WallTime to_time(std::int64_t microseconds) {
    return WallTime{std::chrono::microseconds{microseconds}};
}

SqliteFault damaged(std::string_view account, std::string_view what) {
    return {StoreFault::corrupt, std::string{what} + " of account " + std::string{account} +
                                     " cannot be read: the row was changed or moved by somebody "
                                     "else"};
}

// The kinds whose secret is none: it stands in a column of its own too, to be found by it.
bool is_open(CredentialKind kind) {
    return kind == CredentialKind::certificate || kind == CredentialKind::token;
}

SqliteResult<Credential> credential_of(const SqliteRows& rows, const AccountSeal& seal) {
    const auto account = rows.text(0), state = rows.text(4);
    const auto kind = identity::parse_credential_kind(rows.text(2));
    auto policy = identity::parse_credential_policy(rows.text(7));
    if (!kind || !policy || (state != "active" && state != "revoked")) {
        return fail(damaged(account, "a credential"));
    }
    Credential made{.id = rows.text(1), .kind = *kind, .label = rows.text(3)};
    made.state = state == "active" ? CredentialState::active : CredentialState::revoked;
    made.policy = std::move(*policy);
    made.created = to_time(rows.integer(8));
    if (!rows.is_null(9)) made.expires = to_time(rows.integer(9));
    if (!rows.is_null(10)) made.idle_limit = std::chrono::days{rows.integer(10)};
    auto secret = seal.open(AccountSeal::secret_of(account, made), rows.text(5));
    // What can be read in the row must be what was sealed with it.
    if (!secret || (is_open(*kind) && *secret != rows.text(6))) {
        return fail(damaged(account, "a credential"));
    }
    made.secret = std::move(*secret);
    if (!rows.is_null(11)) {
        made.last_use = {to_time(rows.integer(11)), rows.text(12), rows.text(13), rows.text(14)};
    }
    return made;
}

// Calls `take` with the account of each row; those that are not among the accounts are passed over.
template <class Take>
SqliteResult<void> each_row(SqliteRows rows, std::span<Account> accounts, Take take) {
    auto at = accounts.begin();
    for (;;) {
        const auto more = rows.next();
        if (!more) return fail(more.error());
        if (!*more) return {};
        const auto name = rows.text(0);
        while (at != accounts.end() && at->name < name) ++at;
        if (at == accounts.end()) return {};
        if (at->name != name) continue;
        if (auto done = take(*at, rows); !done) return done;
    }
}

SqliteResult<void> take_credential(Account& account, const SqliteRows& rows,
                                   const AccountSeal& seal) {
    auto made = credential_of(rows, seal);
    if (!made) return fail(std::move(made.error()));
    account.credentials.push_back(std::move(*made));
    return {};
}

SqliteResult<void> take_verifier(Account& account, const SqliteRows& rows,
                                 const AccountSeal& seal) {
    const auto id = rows.text(1), kind = rows.text(2);
    auto text = seal.open(AccountSeal::verifier_of(account.name, id, kind), rows.text(3));
    const auto owner = std::ranges::find(account.credentials, id, &Credential::id);
    if (!text || owner == account.credentials.end()) {
        return fail(damaged(account.name, "a verifier"));
    }
    owner->verifiers.push_back(std::move(*text));
    return {};
}

SqliteResult<std::uint64_t> number_in(SqliteRows rows) {
    const auto row = rows.next();
    if (!row) return fail(row.error());
    return *row ? static_cast<std::uint64_t>(rows.integer(0)) : 0;
}

SqliteResult<void> write_verifiers(SqliteConnection& connection, const AccountSeal& seal,
                                   std::string_view account, const Credential& credential) {
    auto old = connection.prepare("DELETE FROM verifier WHERE account = ? AND credential = ?");
    if (!old) return fail(std::move(old.error()));
    if (auto done = old->run(account, credential.id).finish(); !done) return done;
    auto statement = connection.prepare("INSERT INTO verifier VALUES(?, ?, ?, ?, ?)");
    if (!statement) return fail(std::move(statement.error()));
    for (const auto& text : credential.verifiers) {
        const auto kind = text.substr(0, text.find('$'));
        const auto scram = identity::parse_scram_verifier(text);
        const auto sealed =
            seal.close(AccountSeal::verifier_of(account, credential.id, kind), text);
        auto done = statement
                        ->run(account, credential.id, kind,
                              std::int64_t{scram ? scram->iterations : 0}, sealed)
                        .finish();
        if (!done) return done;
    }
    return {};
}

SqliteResult<void> write_credential(SqliteConnection& connection, const AccountSeal& seal,
                                    std::string_view account, const Credential& credential,
                                    std::int64_t position) {
    using Number = std::optional<std::int64_t>;
    auto statement = connection.prepare(
        "INSERT INTO credential(account, id, position, kind, label, state, secret, subject, policy,"
        " created, expires, idle_days) VALUES(?, ?, ?, ?, ?, ?, ?, nullif(?, ''), ?, ?, ?, ?)"
        " ON CONFLICT(account, id) DO UPDATE SET position = excluded.position,"
        " kind = excluded.kind, label = excluded.label, state = excluded.state,"
        " secret = excluded.secret, subject = excluded.subject, policy = excluded.policy,"
        " created = excluded.created, expires = excluded.expires,"
        " idle_days = excluded.idle_days");
    if (!statement) return fail(std::move(statement.error()));
    const bool open = is_open(credential.kind);
    const auto sealed = seal.close(AccountSeal::secret_of(account, credential), credential.secret);
    const auto expires = credential.expires ? Number{to_number(*credential.expires)} : std::nullopt;
    const auto idle = credential.idle_limit ? Number{credential.idle_limit->count()} : std::nullopt;
    auto done = statement
                    ->run(account, credential.id, position, name(credential.kind), credential.label,
                          name(credential.state), sealed,
                          open ? std::string_view{credential.secret} : std::string_view{},
                          text_of(credential.policy), to_number(credential.created), expires, idle)
                    .finish();
    if (!done) return done;
    return write_verifiers(connection, seal, account, credential);
}

SqliteResult<void> forget_others(SqliteConnection& connection, const Account& account) {
    auto statement = connection.prepare("SELECT id FROM credential WHERE account = ?");
    if (!statement) return fail(std::move(statement.error()));
    std::vector<std::string> gone;
    {
        auto rows = statement->run(account.name);
        for (;;) {
            const auto more = rows.next();
            if (!more) return fail(more.error());
            if (!*more) break;
            if (!account.credential(rows.text(0))) gone.push_back(rows.text(0));
        }
    }
    auto forget = connection.prepare("DELETE FROM credential WHERE account = ? AND id = ?");
    if (!forget) return fail(std::move(forget.error()));
    for (const auto& id : gone) {
        if (auto done = forget->run(account.name, id).finish(); !done) return done;
    }
    return {};
}

SqliteResult<void> write_groups(SqliteConnection& connection, const Account& account) {
    auto old = connection.prepare("DELETE FROM account_group WHERE account = ?");
    if (!old) return fail(std::move(old.error()));
    if (auto done = old->run(account.name).finish(); !done) return done;
    auto statement = connection.prepare("INSERT INTO account_group VALUES(?, ?)");
    if (!statement) return fail(std::move(statement.error()));
    for (const auto& group : account.groups) {
        if (auto done = statement->run(account.name, group).finish(); !done) return done;
    }
    return {};
}

}  // namespace

SqliteResult<CredentialReader> CredentialReader::open(SqliteConnection& connection) {
    std::vector<SqliteStatement> made;
    for (const auto sql : {kOneCredentials, kOneVerifiers, kOneGroups, kAllCredentials,
                           kAllVerifiers, kAllGroups, kRounds, kWithout, kOwner}) {
        auto statement = connection.prepare(sql);
        if (!statement) return fail(std::move(statement.error()));
        made.push_back(std::move(*statement));
    }
    return CredentialReader{{std::move(made[0]), std::move(made[1]), std::move(made[2])},
                            {std::move(made[3]), std::move(made[4]), std::move(made[5])},
                            {std::move(made[6]), std::move(made[7])},
                            std::move(made[8])};
}

SqliteResult<void> CredentialReader::fill(std::vector<Account>& accounts, const AccountSeal& seal) {
    auto done = each_row(all_.credentials.run(), accounts, [&](Account& account, auto& rows) {
        return take_credential(account, rows, seal);
    });
    if (!done) return done;
    done = each_row(all_.verifiers.run(), accounts, [&](Account& account, auto& rows) {
        return take_verifier(account, rows, seal);
    });
    if (!done) return done;
    return each_row(all_.groups.run(), accounts, [](Account& account, auto& rows) {
        account.groups.push_back(rows.text(1));
        return SqliteResult<void>{};
    });
}

SqliteResult<void> CredentialReader::fill(Account& account, const AccountSeal& seal) {
    const std::span<Account> one{&account, 1};
    auto done = each_row(one_.credentials.run(account.name), one,
                         [&](Account& of, auto& rows) { return take_credential(of, rows, seal); });
    if (!done) return done;
    done = each_row(one_.verifiers.run(account.name), one,
                    [&](Account& of, auto& rows) { return take_verifier(of, rows, seal); });
    if (!done) return done;
    return each_row(one_.groups.run(account.name), one, [](Account& of, auto& rows) {
        of.groups.push_back(rows.text(1));
        return SqliteResult<void>{};
    });
}

SqliteResult<identity::VerifierCensus> CredentialReader::census() {
    identity::VerifierCensus census;
    for (const auto kind : sasl::proof_kinds()) {
        const auto without = number_in(counts_.without.run(name(kind)));
        if (!without) return fail(without.error());
        census[kind].without = *without;
    }
    auto rows = counts_.rounds.run();
    for (;;) {
        const auto more = rows.next();
        if (!more) return fail(more.error());
        if (!*more) return census;
        const auto kind = sasl::proof_kind_of(rows.text(0));
        if (!kind) continue;
        census[*kind].by_iterations[static_cast<unsigned>(rows.integer(1))] =
            static_cast<std::uint64_t>(rows.integer(2));
    }
}

SqliteResult<std::optional<std::string>> CredentialReader::owner_of(CredentialKind kind,
                                                                    std::string_view secret) {
    auto rows = owner_.run(name(kind), secret);
    const auto row = rows.next();
    if (!row) return fail(row.error());
    return *row ? std::optional{rows.text(0)} : std::nullopt;
}

SqliteResult<bool> is_somebody_elses(SqliteConnection& connection, const Account& account) {
    auto owner = connection.prepare(kOwner);
    if (!owner) return fail(std::move(owner.error()));
    for (const auto& credential : account.credentials) {
        if (!is_open(credential.kind)) continue;
        auto rows = owner->run(name(credential.kind), credential.secret);
        const auto row = rows.next();
        if (!row) return fail(row.error());
        if (*row && rows.text(0) != account.name) return true;
    }
    return false;
}

SqliteResult<void> write_credentials(SqliteConnection& connection, const AccountSeal& seal,
                                     const Account& account) {
    if (auto done = forget_others(connection, account); !done) return done;
    std::int64_t position = 0;
    for (const auto& credential : account.credentials) {
        auto done = write_credential(connection, seal, account.name, credential, position++);
        if (!done) return done;
    }
    return write_groups(connection, account);
}

SqliteResult<void> renew_secrets(SqliteConnection& connection, const AccountSeal& seal,
                                 const Account& account) {
    auto statement = connection.prepare(
        "UPDATE credential SET secret = ? WHERE account = ? AND id = ? RETURNING 1");
    if (!statement) return fail(std::move(statement.error()));
    for (const auto& credential : account.credentials) {
        if (is_open(credential.kind)) continue;
        bool there = false;
        {
            const auto sealed =
                seal.close(AccountSeal::secret_of(account.name, credential), credential.secret);
            auto rows = statement->run(sealed, account.name, credential.id);
            const auto row = rows.next();
            if (!row) return fail(row.error());
            there = *row;
            if (there) {
                if (auto done = rows.finish(); !done) return done;
            }
        }
        if (!there) continue;
        if (auto done = write_verifiers(connection, seal, account.name, credential); !done) {
            return done;
        }
    }
    return {};
}

SqliteResult<std::monostate> keep_use(SqliteConnection& connection, std::string_view account,
                                      std::string_view credential, const identity::LastUse& use) {
    auto statement = connection.prepare(
        "INSERT INTO credential_use SELECT account, id, ?, ?, ?, ? FROM credential"
        " WHERE account = ? AND id = ?"
        " ON CONFLICT(account, credential) DO UPDATE SET time = excluded.time,"
        " client = excluded.client, mechanism = excluded.mechanism, tls = excluded.tls");
    if (!statement) return fail(std::move(statement.error()));
    auto done =
        statement->run(to_number(use.time), use.client, use.mechanism, use.tls, account, credential)
            .finish();
    if (!done) return fail(std::move(done.error()));
    return std::monostate{};
}

}  // namespace signet::store

// The credentials of accounts as rows: table credential, their verifiers and when they were used.
#pragma once

#include "identity/account.h"
#include "store/account_seal.h"
#include "store/sqlite_connection.h"

#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace signet::store {

// The statements that read them, prepared.  Used by one thread at a time.
class CredentialReader {
public:
    static SqliteResult<CredentialReader> open(SqliteConnection& connection);

    // Fills in what these accounts have; all that there are, or one.
    // REQUIRES: inside a transaction; sorted by name; an account that is not among them is passed
    // over.
    SqliteResult<void> fill(std::vector<identity::Account>& accounts, const AccountSeal& seal);
    SqliteResult<void> fill(identity::Account& account, const AccountSeal& seal);
    SqliteResult<identity::VerifierCensus> census();
    // The name of the account.
    SqliteResult<std::optional<std::string>> owner_of(identity::CredentialKind kind,
                                                      std::string_view secret);

private:
    struct Of {  // one account, or all
        SqliteStatement credentials, verifiers, groups;
    };
    struct Counts {
        SqliteStatement rounds, without;
    };
    CredentialReader(Of one, Of all, Counts counts, SqliteStatement owner)
        : one_(std::move(one)),
          all_(std::move(all)),
          counts_(std::move(counts)),
          owner_(std::move(owner)) {}

    Of one_, all_;
    Counts counts_;
    SqliteStatement owner_;
};

// REQUIRES of all: inside a transaction of the connection.
// Whether another account has what can be one account's only (CredentialKind::certificate, token).
SqliteResult<bool> is_somebody_elses(SqliteConnection& connection,
                                     const identity::Account& account);
SqliteResult<void> write_credentials(SqliteConnection& connection, const AccountSeal& seal,
                                     const identity::Account& account);
// Secrets and verifiers of the credentials that are there.
SqliteResult<void> renew_secrets(SqliteConnection& connection, const AccountSeal& seal,
                                 const identity::Account& account);
SqliteResult<std::monostate> keep_use(SqliteConnection& connection, std::string_view account,
                                      std::string_view credential, const identity::LastUse& use);

}  // namespace signet::store

// Accounts as rows: every statement about them, and nothing of threads.
#pragma once

#include "identity/account.h"
#include "store/account_seal.h"
#include "store/sqlite_connection.h"
#include "store/sqlite_credential_rows.h"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace signet::store {

// A reading connection with its statements prepared.  Used by one thread at a time.
class AccountReader {
public:
    static SqliteResult<AccountReader> open(const std::string& path,
                                            std::chrono::milliseconds busy_wait,
                                            std::shared_ptr<const AccountSeal> seal);

    SqliteResult<std::optional<identity::Account>> find(std::string_view folded_name);
    SqliteResult<std::vector<identity::Account>> list();
    SqliteResult<std::optional<identity::Account>> owner_of(identity::CredentialKind kind,
                                                            std::string_view secret);
    SqliteResult<identity::VerifierCensus> census();
    // See identity::RecipientDirectory.
    SqliteResult<bool> has_address(const mail::Mailbox& folded);
    SqliteConnection& connection() { return connection_; }

private:
    struct Statements {
        SqliteStatement one, all, address;
    };
    AccountReader(SqliteConnection connection, Statements statements, CredentialReader credentials,
                  std::shared_ptr<const AccountSeal> seal)
        : connection_(std::move(connection)),
          statements_(std::move(statements)),
          credentials_(std::move(credentials)),
          seal_(std::move(seal)) {}
    template <class Answer, class Question>
    SqliteResult<Answer> at_one_moment(Question question);
    // REQUIRES: inside a transaction.
    SqliteResult<std::optional<identity::Account>> find_now(std::string_view folded_name);

    SqliteConnection connection_;
    Statements statements_;
    CredentialReader credentials_;
    std::shared_ptr<const AccountSeal> seal_;
};

// REQUIRES of all: inside a transaction of the connection.  A conflict (see AccountStore) has
// written nothing.
SqliteResult<identity::Account> insert_account(SqliteConnection& connection,
                                               const AccountSeal& seal, identity::Account account,
                                               WallTime now);
SqliteResult<identity::Account> update_account(SqliteConnection& connection,
                                               const AccountSeal& seal, identity::Account account,
                                               WallTime now);
SqliteResult<identity::Account> renew_credentials(SqliteConnection& connection,
                                                  const AccountSeal& seal,
                                                  identity::Account account);
SqliteResult<bool> delete_account(SqliteConnection& connection, std::string_view folded_name);

}  // namespace signet::store

// Accounts as rows: every statement about them, and nothing of threads.
#pragma once

#include "identity/account.h"
#include "store/sqlite_connection.h"

#include <optional>
#include <string_view>
#include <vector>

namespace signet::store {

// A reading connection with its statements prepared.  Used by one thread at a time.
class AccountReader {
public:
    static SqliteResult<AccountReader> open(const std::string& path,
                                            std::chrono::milliseconds busy_wait);

    SqliteResult<std::optional<identity::Account>> find(std::string_view folded_name);
    SqliteResult<std::vector<identity::Account>> list();
    // See identity::RecipientDirectory.
    SqliteResult<bool> has_address(const mail::Mailbox& folded);
    SqliteConnection& connection() { return connection_; }

private:
    AccountReader(SqliteConnection connection, SqliteStatement one, SqliteStatement all,
                  SqliteStatement address)
        : connection_(std::move(connection)),
          one_(std::move(one)),
          all_(std::move(all)),
          address_(std::move(address)) {}

    SqliteConnection connection_;
    SqliteStatement one_, all_, address_;
};

// REQUIRES of all three: inside a transaction of the connection.  A conflict (see AccountStore)
// has written nothing.
SqliteResult<identity::Account> insert_account(SqliteConnection& connection,
                                               identity::Account account, WallTime now);
SqliteResult<identity::Account> update_account(SqliteConnection& connection,
                                               identity::Account account, WallTime now);
SqliteResult<bool> delete_account(SqliteConnection& connection, std::string_view folded_name);

}  // namespace signet::store

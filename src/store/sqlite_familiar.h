// From where accounts have signed in, as rows.
#pragma once

#include "base/clock.h"
#include "store/sqlite_connection.h"

#include <optional>
#include <string_view>
#include <variant>

namespace signet::store {

// nullopt: it did not, as far as is remembered.
SqliteResult<std::optional<WallTime>> last_sign_in(SqliteConnection& connection,
                                                   std::string_view account,
                                                   std::string_view network);
// Of an account that is not there nothing is kept.  REQUIRES: inside a transaction.
SqliteResult<std::monostate> keep_sign_in(SqliteConnection& connection, std::string_view account,
                                          std::string_view network, WallTime now);

}  // namespace signet::store

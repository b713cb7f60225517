// Which owners were told that their password is getting old, as rows.
#pragma once

#include "base/clock.h"
#include "store/sqlite_connection.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <variant>

namespace signet::store {

SqliteResult<std::optional<std::chrono::days>> last_warning(SqliteConnection& connection,
                                                            std::string_view account,
                                                            std::string_view credential,
                                                            WallTime made);
// REQUIRES: inside a transaction.
SqliteResult<std::monostate> keep_warning(SqliteConnection& connection, std::string_view account,
                                          std::string_view credential, WallTime made,
                                          std::chrono::days before);

}  // namespace signet::store

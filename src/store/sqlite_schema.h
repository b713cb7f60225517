// The tables of accounts.db, and how an older file becomes a newer one
// (docs/reference/database.md).
#pragma once

#include "base/clock.h"
#include "store/sqlite_connection.h"

namespace signet::store {

// Brings the file to the version of this program, step by step, each step in a transaction of its
// own.  Refused (corrupt, with a sentence): a file of a newer program, and a database of something
// else.
SqliteResult<void> migrate(SqliteConnection& connection, WallTime now);

}  // namespace signet::store

// The tables in which Signet keeps accounts in a PostgreSQL database of its own, and how they come
// to be what this version needs: step by step, each once, whoever begins.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::store {

// Whoever listens hears of each change of an account.
inline constexpr std::string_view kPostgresChannel = "signet_accounts";

// $1: the name.  Its columns are those of identity/account_columns.h, and `revision`.
extern const std::string_view kFindOwnAccount;
// How many accounts have a verifier: kind, rounds (empty: none), accounts.
extern const std::string_view kCountOwnVerifiers;
// $1: the name, $2: its revision, $3: the hash, $4: the verifiers, as an array.  The name of the
// account, if it is still there as it was.
extern const std::string_view kRenewOwnAccount;

// A step of the schema: what it makes, in a sentence, and its SQL.
struct PostgresStep {
    unsigned version = 0;
    std::string_view what, sql;
};
std::span<const PostgresStep> postgres_steps();

// All that brings the tables from any older version to this one, to be run in order on one
// connection: a lock so that nobody else does, one transaction, and each step that is not there
// yet.
std::vector<std::string> postgres_migration();

}  // namespace signet::store

// The seal on what the account database knows of passwords (docs/reference/database.md).
//
// The key is kept outside the database, so that a copy of the one without the other tells nothing.
// Each value is sealed for its place: swapped rows fail to open.
#pragma once

#include "base/entropy.h"
#include "base/secret.h"
#include "crypto/seal.h"
#include "identity/credential.h"
#include "store/sqlite_connection.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace signet::store {

enum class KeyNeed {
    may_be_made,    // nothing is sealed yet
    must_be_there,  // something is: another key would open nothing
};
// Shape: crypto::kSealKeySize octets.  The fault is a sentence for the administrator.
using KeySource = std::function<Result<Secret, std::string>(KeyNeed)>;

// `entropy` outlives whoever is given it.
struct CredentialKey {
    KeySource source;
    Entropy& entropy;
};

// Safe for concurrent use.
class AccountSeal {
public:
    // Asks for the key, and holds it against the one that the database was sealed with.  A database
    // that holds no sealed row yet is sealed first, whole, in one transaction.
    // REQUIRES: the tables are up to date (store/sqlite_schema.h).
    static SqliteResult<std::shared_ptr<const AccountSeal>> unlock(SqliteConnection& connection,
                                                                   const CredentialKey& key);

    // Where a value stands, with all that must not be changed beside it; it opens nowhere else.
    static std::string secret_of(std::string_view account, const identity::Credential& credential);
    static std::string verifier_of(std::string_view account, std::string_view credential,
                                   std::string_view kind);

    // As its column holds it: base 64; an empty value stays empty.
    std::string close(std::string_view place, std::string_view value) const;
    std::optional<std::string> open(std::string_view place, std::string_view stored) const;
    Secret derive(std::string_view purpose) const { return seal_.derive(purpose); }

    explicit AccountSeal(crypto::Seal seal) : seal_(std::move(seal)) {}

private:
    SqliteResult<void> seal_rows(SqliteConnection& connection) const;
    SqliteResult<void> seal_all(SqliteConnection& connection) const;
    std::string id() const;

    crypto::Seal seal_;
};

}  // namespace signet::store

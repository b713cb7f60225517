// How passwords and proofs are checked: the database of accounts, behind the guard.
#pragma once

#include "app/ground.h"
#include "audit/audit_store.h"
#include "authn/guard.h"
#include "authn/guarded_store.h"
#include "identity/app_passwords.h"
#include "identity/password_hasher.h"
#include "identity/verifiers.h"
#include "net/worker_pool.h"
#include "settings/snapshot.h"
#include "store/credentials_database.h"
#include "store/sqlite_accounts.h"

namespace signet::app {

// All of it outlives who was made with it.
struct CredentialParts {
    store::SqliteAccounts& accounts;
    const identity::PasswordHasher& hasher;
    net::WorkerPool& pool;
    audit::AuditStore& audit;  // is told of each ban
};

class Credentials {
public:
    Credentials(const settings::Snapshot& settings, Ground& ground, CredentialParts parts);

    // There is no other way to have a password or a proof checked.
    identity::CredentialStore& store() { return guarded_; }
    const identity::Verifiers& verifiers() const { return verifiers_; }
    const identity::AppPasswords& app_passwords() const { return app_passwords_; }
    limits::Bans& bans() { return guard_; }
    std::size_t banned() const { return guard_.bans(); }
    // Of new settings, what can be taken up while the server runs.
    void take_up(const settings::Snapshot& settings);

private:
    identity::Verifiers verifiers_;
    identity::AppPasswords app_passwords_;
    store::CredentialsDatabase database_;
    authn::Guard guard_;
    authn::GuardedStore guarded_;
};

}  // namespace signet::app

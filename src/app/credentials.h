// How passwords and proofs are checked: the database of accounts and the stores of [[store]], one
// after the other, behind the guard.
#pragma once

#include "admin/stores.h"
#include "app/ground.h"
#include "app/open_store.h"
#include "app/start_fault.h"
#include "audit/audit_store.h"
#include "authn/guard.h"
#include "authn/guarded_store.h"
#include "authn/store_chain.h"
#include "identity/app_passwords.h"
#include "identity/password_hasher.h"
#include "identity/verifiers.h"
#include "net/worker_pool.h"
#include "settings/snapshot.h"
#include "store/credentials_database.h"
#include "store/nobody.h"
#include "store/sqlite_accounts.h"

#include <memory>
#include <optional>
#include <vector>

namespace signet::app {

// All of it outlives who was made with it.
struct CredentialParts {
    store::SqliteAccounts& accounts;
    const identity::PasswordHasher& hasher;
    net::WorkerPool& pool;
    audit::AuditStore& audit;  // is told of each ban, and of stores that are down
};

class Credentials final : public admin::Stores {
public:
    // Opens the stores that the settings name: may block for seconds.
    static Result<std::unique_ptr<Credentials>, StartFault> open(const settings::Snapshot& settings,
                                                                 Ground& ground,
                                                                 CredentialParts parts);

    // There is no other way to have a password or a proof checked.
    identity::CredentialStore& store() { return *guarded_; }
    const identity::Verifiers& verifiers() const { return verifiers_; }
    const identity::AppPasswords& app_passwords() const { return app_passwords_; }
    limits::Bans& bans() { return guard_; }
    std::size_t banned() const { return guard_.bans(); }
    // Of new settings, what can be taken up while the server runs.
    void take_up(const settings::Snapshot& settings);

    OpenedStore* find(const std::string& name) const;  // null: there is none of that name
    std::vector<admin::StoreStatus> list() const override;
    Task<std::optional<admin::StoreTrial>> test(std::string name, std::string login,
                                                Secret password) override;
    Task<std::optional<admin::StoreMigration>> migrate(std::string name) override;

private:
    // A store with what stands about it in the settings, in the order in which they are asked.
    struct Row {
        settings::StoreSettings settings;
        std::unique_ptr<OpenedStore> opened;
    };

    Credentials(const settings::Snapshot& settings, Ground& ground, CredentialParts parts);
    void chain_up(const StoreMaterial& material);

    identity::Verifiers verifiers_;
    identity::AppPasswords app_passwords_;
    authn::Guard guard_;
    std::vector<Row> rows_;
    std::optional<store::Nobody> nobody_;
    std::optional<store::CredentialsDatabase> nobodys_;
    std::optional<authn::StoreChain> chain_;
    std::optional<authn::GuardedStore> guarded_;
};

}  // namespace signet::app

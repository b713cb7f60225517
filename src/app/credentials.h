// How passwords and proofs are checked: the database of accounts and the stores of [[store]], one
// after the other, behind the guard.
#pragma once

#include "admin/stores.h"
#include "app/ground.h"
#include "app/start_fault.h"
#include "app/store_shelf.h"
#include "audit/audit_store.h"
#include "authn/guard.h"
#include "authn/guarded_store.h"
#include "identity/app_passwords.h"
#include "identity/password_hasher.h"
#include "identity/verifiers.h"
#include "net/slot.h"
#include "net/worker_pool.h"
#include "settings/snapshot.h"
#include "store/sqlite_accounts.h"
#include "store/swapped_credentials.h"

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
    // The stores of new settings, opened where they are new or others; nothing is in force yet.
    // May block for seconds.  By one thread at a time.
    Result<std::shared_ptr<StoreShelf>, StartFault> prepare(const settings::Snapshot& running,
                                                            const settings::Snapshot& next);
    // Who is being answered by a store that is gone now still is.
    void put_in_force(const std::shared_ptr<StoreShelf>& stores,
                      const settings::Snapshot& settings);

    // Null: there is none of that name.
    std::shared_ptr<OpenedStore> find(const std::string& name) const;
    std::vector<admin::StoreStatus> list() const override;
    Task<std::optional<admin::StoreTrial>> test(std::string name, std::string login,
                                                Secret password) override;
    Task<std::optional<admin::StoreMigration>> migrate(std::string name) override;

private:
    Credentials(const settings::Snapshot& settings, Ground& ground, CredentialParts parts);
    Result<std::shared_ptr<OpenedStore>, StartFault> open_one(
        const settings::StoreSettings& settings, const StoreMaterial& material);
    std::shared_ptr<StoreShelf> shelve(StoreShelf::Rows rows, const StoreMaterial& material);
    StoreMaterial material(const settings::Snapshot& settings);

    Ground& ground_;
    const CredentialParts parts_;
    identity::Verifiers verifiers_;
    identity::AppPasswords app_passwords_;
    authn::Guard guard_;
    net::WorkerPool parting_;  // where stores end that are not in force any more
    net::Slot<StoreShelf> shelf_;
    store::SwappedCredentials stores_;
    std::optional<authn::GuardedStore> guarded_;
};

}  // namespace signet::app

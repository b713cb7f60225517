// identity::AccountStore, RecipientDirectory and FamiliarNetworks in memory: for tests, and for
// what needs no disk.
#pragma once

#include "base/clock.h"
#include "identity/account.h"
#include "identity/familiar_networks.h"
#include "identity/recipient_directory.h"

#include <atomic>
#include <map>
#include <mutex>

namespace signet::store {

// Safe for concurrent use.  No call waits.  The clock outlives the store.
class MemoryAccounts final : public identity::AccountStore,
                             public identity::RecipientDirectory,
                             public identity::FamiliarNetworks {
public:
    // More accounts than `limit` are refused: full.
    explicit MemoryAccounts(const Clock& clock, std::size_t limit = 100'000)
        : clock_(clock), limit_(limit) {}

    Task<Result<std::optional<identity::Account>, StoreFault>> find(std::string name) override;
    Task<Result<std::vector<identity::Account>, StoreFault>> list() override;
    Task<Result<identity::VerifierCensus, StoreFault>> census() override;
    Task<Result<identity::Account, StoreFault>> add(identity::Account account) override;
    Task<Result<identity::Account, StoreFault>> update(identity::Account account) override;
    Task<Result<identity::Account, StoreFault>> renew_credentials(
        identity::Account account) override;
    Task<Result<std::optional<identity::Account>, StoreFault>> owner_of(
        identity::CredentialKind kind, std::string secret) override;
    Task<Result<void, StoreFault>> used(std::string account, std::string credential,
                                        identity::LastUse use) override;
    Task<Result<bool, StoreFault>> remove(std::string name) override;
    std::uint64_t generation() const override { return changes_; }
    Task<Result<bool, StoreFault>> knows(mail::Mailbox mailbox) override;
    Task<Result<bool, StoreFault>> familiar(std::string account, std::string network,
                                            WallTime since) override;
    Task<Result<void, StoreFault>> signed_in(std::string account, std::string network,
                                             WallTime now) override;

private:
    bool is_taken(const identity::Account& account) const;  // REQUIRES: locked

    const Clock& clock_;
    const std::size_t limit_;
    std::mutex mutex_;
    std::map<std::string, identity::Account> accounts_;                // guarded by mutex_
    std::map<std::string, std::map<std::string, WallTime>> sign_ins_;  // guarded by mutex_
    std::uint64_t last_revision_ = 0;                                  // guarded by mutex_
    std::atomic<std::uint64_t> changes_{0};
};

}  // namespace signet::store

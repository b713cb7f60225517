// identity::AccountStore, RecipientDirectory, FamiliarNetworks and PasswordWarnings in one SQLite
// file (WAL, synchronous=FULL), the credentials sealed with a key that is kept elsewhere.
//
// One thread writes: it takes what has gathered, writes it in one transaction, syncs once, and only
// then answers.  A few threads read.  No call blocks an I/O thread.
#pragma once

#include "base/clock.h"
#include "identity/account.h"
#include "identity/familiar_networks.h"
#include "identity/password_warnings.h"
#include "identity/recipient_directory.h"
#include "store/account_seal.h"
#include "store/private_files.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace signet::store {

struct SqliteOptions {
    unsigned reader_threads = 2;
    std::size_t queue_length = 10'000;           // changes waiting, at most; beyond: unavailable
    std::chrono::milliseconds busy_wait{5'000};  // for another program that has the file locked
    std::uint64_t max_octets = std::uint64_t{16} << 30;  // the file never grows beyond: full
    // false: verifiers for SCRAM that are there are removed when the file is opened.
    bool keep_verifiers = true;
    // Told of every fault but conflict, with the library's words (never a secret): for the log.
    // Called on the threads of the store; must be safe for concurrent use.
    std::function<void(StoreFault, std::string_view)> report;
};

// Safe for concurrent use.  Destruction finishes what is queued.
class SqliteAccounts final : public identity::AccountStore,
                             public identity::RecipientDirectory,
                             public identity::FamiliarNetworks,
                             public identity::PasswordWarnings {
public:
    // Makes the folder (0700) and the file (0600) if need be, and brings its tables up to date.
    // The key is asked for once; a database of before there was one is sealed then.
    // Blocks: for the start of the program.  The clock outlives the store.
    static Result<std::unique_ptr<SqliteAccounts>, FileFault> open(const std::string& path,
                                                                   const Clock& clock,
                                                                   const CredentialKey& key,
                                                                   SqliteOptions options = {});
    ~SqliteAccounts() override;

    Task<Result<std::optional<identity::Account>, StoreFault>> find(std::string name) override;
    Task<Result<std::optional<identity::Account>, StoreFault>> find_to_check(
        std::string name) override;
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
    std::uint64_t generation() const override;
    Task<Result<bool, StoreFault>> knows(mail::Mailbox mailbox) override;
    // No change of an account: generation() does not grow.
    Task<Result<bool, StoreFault>> familiar(std::string account, std::string network,
                                            WallTime since) override;
    Task<Result<void, StoreFault>> signed_in(std::string account, std::string network,
                                             WallTime now) override;

    Task<Result<std::optional<std::chrono::days>, StoreFault>> warned(std::string account,
                                                                      std::string credential,
                                                                      WallTime made) override;
    Task<Result<void, StoreFault>> keep_warned(std::string account, std::string credential,
                                               WallTime made, std::chrono::days before) override;

    // A key for another purpose that belongs to this database as its seal does.
    Secret derive_key(std::string_view purpose) const;

    // A copy of the database as of one moment, complete and synced, while everything goes on.
    // conflict: there is a file of that name.  A copy that failed is removed.
    Task<Result<void, StoreFault>> back_up(std::string path);

private:
    struct Impl;
    explicit SqliteAccounts(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::store

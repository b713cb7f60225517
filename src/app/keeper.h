// Everything that owns secrets and promises: accounts, credential checks, spool, audit log.
//
// The wire (app/wire.h) uses it through the interfaces of floor 3 and nothing else, so that the two
// can become two processes.
#pragma once

#include "app/credentials.h"
#include "app/ground.h"
#include "app/hash_meter.h"
#include "app/start_fault.h"
#include "audit/redact.h"
#include "authn/certificate_check.h"
#include "authn/token_check.h"
#include "base/result.h"
#include "identity/password_hasher.h"
#include "net/worker_pool.h"
#include "observe/audit_file.h"
#include "observe/event_meter.h"
#include "queue/queue_store.h"
#include "settings/snapshot.h"
#include "store/memory_rates.h"
#include "store/rocksdb_queue.h"
#include "store/sqlite_accounts.h"

#include <memory>

namespace signet::app {

// The label values that these settings give.
observe::MeterNames meter_names(const settings::Snapshot& settings);

class Keeper {
public:
    // Opens or makes all that lies below settings.storage.path.  May block for seconds.
    static Result<std::unique_ptr<Keeper>, StartFault> open(const settings::Snapshot& settings,
                                                            Ground& ground);

    identity::AccountStore& accounts() { return *accounts_; }
    identity::RecipientDirectory& recipients() { return *accounts_; }
    identity::PasswordWarnings& password_warnings() { return *accounts_; }
    // A key for another purpose that belongs to the account database as its seal does.
    Secret derive_key(std::string_view purpose) const { return accounts_->derive_key(purpose); }
    Credentials& credentials() { return *credentials_; }
    authn::TokenCheck& tokens() { return *vouch_.tokens; }
    authn::CertificateCheck& certificates() { return *vouch_.certificates; }
    const identity::PasswordHasher& hasher() const { return metered_hasher_; }
    queue::QueueStore& queue() { return *queue_; }
    // What was counted outlives a reload, and not the process.
    limits::RateStore& rates() { return rates_; }
    observe::EventMeter& audit() { return *events_; }
    const observe::AuditFile& audit_file() const { return *audit_file_; }
    const store::RocksQueue& spool() const { return *queue_; }
    net::WorkerPool& disk_pool() { return disk_pool_; }
    net::WorkerPool& hash_pool() { return hash_pool_; }
    const store::SpoolReport& spool_report() const { return queue_->report(); }

private:
    Keeper(const settings::Snapshot& settings, Ground& ground);
    Result<void, StartFault> open_audit(const settings::Snapshot& settings, Ground& ground);
    Result<void, StartFault> open_accounts(const settings::Snapshot& settings, Ground& ground);
    Result<void, StartFault> open_queue(const settings::Snapshot& settings, Ground& ground);

    // In the order they are needed; undone in reverse.
    store::MemoryRates rates_;
    net::WorkerPool hash_pool_, disk_pool_;
    identity::Argon2idHasher hasher_;
    HashMeter metered_hasher_;
    std::unique_ptr<audit::Redactor> redactor_;
    std::unique_ptr<observe::AuditFile> audit_file_;
    std::unique_ptr<observe::EventMeter> events_;
    std::unique_ptr<store::SqliteAccounts> accounts_;
    std::unique_ptr<Credentials> credentials_;
    // For somebody, besides the stores.
    struct {
        std::unique_ptr<authn::TokenCheck> tokens;
        std::unique_ptr<authn::CertificateCheck> certificates;
    } vouch_;
    std::unique_ptr<store::RocksQueue> queue_;
};

}  // namespace signet::app

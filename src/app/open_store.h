// A credential store that a [[store]] describes, opened.
//
// To add a kind: open_<kind>.cc with a function that opens it, its declaration below, and its line
// in open_stores.cc.  Its settings: settings/store_settings.h.
#pragma once

#include "admin/stores.h"
#include "app/ground.h"
#include "app/start_fault.h"
#include "audit/audit_store.h"
#include "base/result.h"
#include "identity/account.h"
#include "identity/credential_store.h"
#include "identity/password_hasher.h"
#include "identity/staff.h"
#include "identity/verifiers.h"
#include "net/worker_pool.h"
#include "settings/snapshot.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::app {

// Everybody whom a store knows and lets in.
struct Everybody {
    identity::Staff staff;
    std::vector<std::string> notes;  // sentences for whoever asked
};

class OpenedStore {
public:
    virtual ~OpenedStore() = default;
    virtual identity::CredentialStore& credentials() = 0;
    // Where hashes are read and checked here: whose they are.  null: all is checked over there.
    virtual identity::AccountSource* accounts() { return nullptr; }
    // As authn::ChainLink has them.
    virtual bool proofs() const = 0;
    virtual bool tells() const = 0;
    virtual std::string state() const = 0;  // admin::StoreStatus::state
    virtual Task<admin::StoreMigration> migrate();
    // Of new settings, what can be taken up while the server runs.
    virtual void take_up(const settings::Snapshot&) {}
    // Whole, or the fault: a sentence.  Unless overridden: that it cannot be listed.
    virtual Task<Result<Everybody, std::string>> everybody();
    // A sign-in, told step by step.  Unless overridden: what the two calls of the chain come to.
    virtual Task<admin::StoreTrial> try_sign_in(std::string login, Secret password);
};

// What stores are opened with; all of it outlives them.
struct StoreMaterial {
    const settings::Snapshot& settings;
    Ground& ground;
    const identity::PasswordHasher& hasher;
    net::WorkerPool& pool;
    const identity::Verifiers& verifiers;
    audit::AuditStore& audit;
};

// May block for seconds; connects to nobody.
using OpenStore = Result<std::unique_ptr<OpenedStore>, StartFault> (*)(
    const settings::StoreSettings& settings, const StoreMaterial& material);

// null: the kind is opened elsewhere (the database).
OpenStore opener_of(std::string_view kind);

// What a check came to: "granted", a Refusal's name, or a StoreFault's.
std::string_view outcome_of(const Result<identity::CheckAnswer, StoreFault>& answer);

// "the account `ann` may send as: ann@example.com", for StoreTrial::steps.
std::string told_login(const identity::Login& login);

Result<std::unique_ptr<OpenedStore>, StartFault> open_http(const settings::StoreSettings& settings,
                                                           const StoreMaterial& material);
Result<std::unique_ptr<OpenedStore>, StartFault> open_ldap(const settings::StoreSettings& settings,
                                                           const StoreMaterial& material);
Result<std::unique_ptr<OpenedStore>, StartFault> open_pam(const settings::StoreSettings& settings,
                                                          const StoreMaterial& material);
Result<std::unique_ptr<OpenedStore>, StartFault> open_passwd_file(
    const settings::StoreSettings& settings, const StoreMaterial& material);
Result<std::unique_ptr<OpenedStore>, StartFault> open_postgresql(
    const settings::StoreSettings& settings, const StoreMaterial& material);

}  // namespace signet::app

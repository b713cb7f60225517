// identity::CredentialStore over accounts and their stored hashes.
//
// One check, in this order:
//   1. the account is looked up, always: a change (disabled, new password, removed) bites at once;
//   2. an app password is found by one digest;
//   3. if this password was right a moment ago for this revision of the account, it is right;
//   4. otherwise a hash is computed on the pool, whose waiting time is bounded: that of the
//   account's
//      password, of two while one replaces the other; or for an unknown name, an account without a
//      usable password and the like, a decoy that costs what the default scheme costs;
//   5. only after a right password is it asked whether the account is enabled and may submit, and
//      what the policy of the credential says, so that the audit knows the true reason and a
//      guesser learns nothing;
//   6. a hash weaker than the default, or of another form of the password (identity/prepare.h), is
//      made anew, now that the password is at hand; so is a missing or cheap verifier for SCRAM.
//
// A proof is checked with the verifiers of the account's credentials, which share a salt, or with a
// decoy that nothing opens: three digests for each, whoever is asked for, on the caller's thread.
#pragma once

#include "identity/account.h"
#include "identity/app_passwords.h"
#include "identity/credential_store.h"
#include "identity/foreign_format.h"
#include "identity/password_hasher.h"
#include "identity/verifiers.h"
#include "net/worker_pool.h"
#include "store/verified_cache.h"

#include <atomic>

namespace signet::store {

struct CredentialOptions {
    std::chrono::seconds cache_life{120};  // 0 turns the cache off
    std::size_t cache_entries = 100'000;   // about 150 octets each
    // How verifiers are made; null: this store checks passwords alone.  Outlives the store.
    const identity::Verifiers* verifiers = nullptr;
    // What recognises app passwords; null: there are none.  Outlives the store.
    const identity::AppPasswords* app_passwords = nullptr;
    // Hashes are those of another server, and by these rules; else Signet's own.
    std::optional<identity::FormatRules> foreign = {};
    bool read_only = false;  // nothing is made anew: it could not be kept
};

// Safe for concurrent use.  All that is passed by reference outlives it.
class CredentialsDatabase final : public identity::CredentialStore {
public:
    CredentialsDatabase(identity::AccountSource& accounts, const identity::PasswordHasher& hasher,
                        net::WorkerPool& pool, const Clock& clock, Entropy& entropy,
                        CredentialOptions options = {});

    // Faults: those of the account store; unavailable when the pool is too busy or memory is
    // short; deadline when it passed before the hash was begun; corrupt when the stored hash is
    // one that its library does not take.
    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline deadline) override;
    Task<Result<identity::ProofCovers, StoreFault>> proof_covers() override;
    // Faults of both: those of the account store.
    Task<Result<identity::Salt, StoreFault>> salt(std::string authcid, sasl::ProofKind kind,
                                                  Deadline deadline) override;
    Task<Result<identity::ProofAnswer, StoreFault>> check_proof(identity::Proof proof,
                                                                Deadline deadline) override;

    Task<Result<identity::CheckAnswer, StoreFault>> vouched(identity::Claim claim,
                                                            std::string account,
                                                            Deadline deadline) override;

    Task<Result<identity::CheckAnswer, StoreFault>> holder(identity::Claim claim,
                                                           identity::CredentialKind kind,
                                                           std::string secret,
                                                           Deadline deadline) override;

    // A password that somebody chose does not open mail, even if it is right.
    void take_app_passwords_only(bool only) { app_passwords_only_ = only; }

    // A password that is older does not open mail, even if it is right; 0: every one does.
    void take_password_age(std::chrono::seconds most, bool app_passwords) {
        oldest_ = most;
        oldest_app_password_ = app_passwords ? most : std::chrono::seconds{0};
    }

    Task<Result<std::string, StoreFault>> account_of(std::string authcid) override;
    std::uint64_t generation() const override { return accounts_.generation(); }
    Task<Result<bool, StoreFault>> still_stands(identity::Login login) override;

private:
    using Account = identity::Account;
    using Credential = identity::Credential;
    using Format = identity::PasswordFormat;
    // A password that is right, and for which credential.
    struct Right {
        std::string credential;
        std::string hash = {};  // that it opens; empty: none was computed
        bool known = false;     // from the cache
        bool rehash = false;
    };
    // What proofs for a login are held against; the account too, if there is one.
    struct Shown {
        std::optional<Account> account;
        identity::ScramVerifier salt;  // of a credential, or a decoy
        bool genuine = false;
    };

    Task<Result<std::optional<Account>, StoreFault>> look_up(const std::string& authcid);
    Task<Result<Shown, StoreFault>> shown_for(const std::string& authcid, sasl::ProofKind kind);
    // nullopt: it opens none of them.
    Task<Result<std::optional<Right>, StoreFault>> open(const Account& account,
                                                        const Secret& password, Deadline deadline);
    // Which of the forms opens it.
    Task<Result<std::optional<std::size_t>, StoreFault>> verify(const Format& format,
                                                                const std::vector<Secret>& forms,
                                                                Deadline deadline);
    Task<Account> renewed(Account account, Right right, const Secret& password);
    bool wants_verifier(const Account& account, const Credential& credential) const;
    // What may be checked for real.  nullopt: it opens nothing, and a decoy is checked instead.
    std::optional<Format> usable_format(const Credential& credential) const;
    bool too_old(const Credential& credential) const;
    // Why what was right does not open the account.
    std::optional<identity::Refused> barred(const Account& account, const Credential& credential,
                                            const identity::Claim& claim) const;
    Task<identity::CheckAnswer> conclude(Account account, std::string credential,
                                         identity::Claim claim);

    identity::AccountSource& accounts_;
    const identity::PasswordHasher& hasher_;
    net::WorkerPool& pool_;
    const Clock& clock_;
    const CredentialOptions options_;
    std::atomic<bool> app_passwords_only_ = false;
    std::atomic<std::chrono::seconds> oldest_{}, oldest_app_password_{};
    VerifiedCache cache_;
};

}  // namespace signet::store

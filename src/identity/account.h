// Accounts, and the store that keeps them (keeper only).
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "identity/credential.h"
#include "identity/login.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signet::identity {

// Shape: name 1 … 255 octets of printable ASCII without space, quotes, %, / and \, not beginning
// with a dot, folded to lower case (fold_account_name); it is what a client presents as authcid.
struct Account {
    std::string name;
    bool enabled = true;
    bool may_submit = true;
    std::vector<SendAs> send_as;
    std::vector<Credential> credentials = {};  // at most kMostCredentials
    std::vector<std::string> groups = {};      // names of 1 … 64 of a-z 0-9 - _ .
    AccountLimits limits = {};
    WallTime created{}, changed{};
    std::uint64_t revision = 0;  // grows with every change; a cached check of an older one is void
    std::uint64_t epoch = 0;     // the revision when anything but its credentials changed last

    // The password that it has from the beginning (kMainPassword); made, without a hash, if there
    // is none.
    Credential& password();
    std::string_view password_hash() const;                   // of it; empty: there is none
    const Credential* credential(std::string_view id) const;  // null: there is none
};

inline constexpr std::size_t kMostCredentials = 100;  // of one account

// How many accounts that may sign in and submit can do so with a proof of some kind instead of the
// password.  Accounts that have no password of any sort do not count.
struct VerifierCount {
    std::uint64_t without = 0;  // accounts, a password of which has no verifier
    // Accounts with a verifier of so many rounds (CRAM-MD5: 0).
    std::map<unsigned, std::uint64_t> by_iterations = {};
    bool operator==(const VerifierCount&) const = default;
};
using VerifierCensus = std::map<sasl::ProofKind, VerifierCount>;  // of every kind

// What a store sets when it keeps an account.  account.revision is the new one; old: null when it
// is added.  A credential whose secret is another one counts as made now, and never at the same
// moment as what it replaces; a main password without anything in it is left out.
void settle(Account& account, const Account* old, WallTime now);

// nullopt: no account can have that name.  Prepared by UsernameCaseMapped (RFC 8265 §3.3).
std::optional<std::string> fold_account_name(std::string_view presented);

// Accounts as somebody keeps them, to be looked up: what checking a password or a proof takes
// (store/credentials_database.h).  Every call may wait; none blocks the thread.
// Faults: unavailable, full, corrupt, deadline; conflict where said.
class AccountSource {
public:
    virtual ~AccountSource() = default;
    // nullopt: there is none.  Names are compared folded.
    virtual Task<Result<std::optional<Account>, StoreFault>> find(std::string name) = 0;
    // The same, where somebody signs in: when its credentials were used last may be as it was a
    // minute ago, and nothing else.
    virtual Task<Result<std::optional<Account>, StoreFault>> find_to_check(std::string name) {
        return find(std::move(name));
    }
    // Of the accounts as they are now.  Cheap enough to be asked at every EHLO.
    virtual Task<Result<VerifierCensus, StoreFault>> census() = 0;
    // Whose credential it is, of the kinds whose secret says it (certificate, token).
    virtual Task<Result<std::optional<Account>, StoreFault>> owner_of(CredentialKind kind,
                                                                      std::string secret);
    // Keeps when a credential was used last, with an accuracy of a minute, and without anybody
    // noticing who is signed in.  Nothing is kept of one that is not there.  Answers once it is
    // noted, which may be before it is kept: whoever signs in waits for the answer.
    virtual Task<Result<void, StoreFault>> used(std::string account, std::string credential,
                                                LastUse use);
    // The same passwords, kept in another form: takes secret and verifiers of the credentials that
    // there are, and leaves revision and `changed` as they are, so that nobody who is signed in
    // notices. conflict: account.revision is not the current one; always, where accounts can only
    // be read.
    virtual Task<Result<Account, StoreFault>> renew_credentials(Account account);
    // Grows with every change, before the change is answered.  From any thread, without a lock.
    virtual std::uint64_t generation() const = 0;
};

// Accounts that Signet keeps itself.  Conformance: tests/conformance/account_store.h.
class AccountStore : public AccountSource {
public:
    virtual Task<Result<std::vector<Account>, StoreFault>> list() = 0;  // by name
    // conflict: the name is taken.  created, changed and revision are set by the store; a revision
    // is never used twice, not even when an account is removed and added again.
    // REQUIRES: the name is folded.
    virtual Task<Result<Account, StoreFault>> add(Account account) = 0;
    // conflict: account.revision is not the current one (somebody changed it since).
    virtual Task<Result<Account, StoreFault>> update(Account account) = 0;
    // false: there was none.
    virtual Task<Result<bool, StoreFault>> remove(std::string name) = 0;
};

}  // namespace signet::identity

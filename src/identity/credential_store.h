// Where a proof is checked.  Keeper only: no verifier, hash or password leaves it.
#pragma once

#include "base/deadline.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "identity/credential.h"
#include "identity/login.h"
#include "sasl/proof_kind.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace signet::identity {

// The true reason, for the audit event only: the client hears one sentence for all of them.
enum class Refusal {
    unknown_account,
    bad_password,        // or a wrong proof
    no_usable_password,  // the account has none, or a stored hash or verifier that is not taken
    account_disabled,    // the password was right, here and below
    may_not_submit,
    credential_revoked,
    credential_expired,     // its time is over, or nobody used it for so long
    network_not_allowed,    // of the credential's policy
    mechanism_not_allowed,  // 534: the client can do something about it
    tls_too_old,            // 534
    app_password_required,  // 534
    authzid_not_permitted,  // it may not act as the one that it named
    password_too_old,       // 534
    throttled,              // guessing brought a ban: nothing was checked
};
std::string_view name(Refusal refusal);  // the audit `reason`

// account: empty when unknown.  credential: which one was right; empty otherwise.  hold_back: the
// answer goes out that long after the question was asked, at the soonest.
struct Refused {
    Refusal why;
    std::string account;
    std::chrono::milliseconds hold_back{};
    std::string credential = {};
};
using CheckAnswer = std::variant<Login, Refused>;

// What a store shows of an account, whether there is one or not.
struct Salt {
    std::string octets;  // 8 … 64
    unsigned iterations = 0;
    std::string account = {};  // whose it is, for the audit alone; empty when unknown
};

// Who somebody says he is, how he means to show it, and where he is.
struct Claim {
    std::string authcid;
    std::string method;       // SASL mechanism name
    std::string client = {};  // IP address, the client's own behind a proxy too
    std::string tls = {};     // "TLSv1.3"
};

// What a client proves itself with: see sasl::CheckProof.
struct Proof {
    Claim claim;
    sasl::ProofKind kind{};
    std::string auth_message, proof;
};
struct ProofAnswer {
    CheckAnswer answer;
    std::string server_signature = {};  // empty unless the answer is a Login
};

// How far the accounts can sign in with proofs of one kind.
struct ProofCover {
    sasl::ProofKind kind{};
    std::uint64_t without = 0;  // accounts that may sign in and submit, but have no verifier for it
    bool operator==(const ProofCover&) const = default;
};
using ProofCovers = std::vector<ProofCover>;  // of each kind that the store can check at all

// A store declares what it can: every one checks passwords; the calls about proofs answer, unless
// overridden, as a store that has no verifiers.
class CredentialStore {
public:
    virtual ~CredentialStore() = default;
    // Costs the same for an unknown login as for a known one with the default scheme.
    // unavailable: the backend or the hash queue has no time (454, never 535).
    virtual Task<Result<CheckAnswer, StoreFault>> check(Claim claim, Secret password,
                                                        Deadline deadline) = 0;

    // Asked at every EHLO: cheap.
    virtual Task<Result<ProofCovers, StoreFault>> proof_covers();
    // Never "not found": an unknown login and one without a verifier have a salt and rounds, too,
    // the same ones at each call, and as those of accounts look.
    virtual Task<Result<Salt, StoreFault>> salt(std::string authcid, sasl::ProofKind kind,
                                                Deadline deadline);
    // Costs the same whoever is asked for.
    virtual Task<Result<ProofAnswer, StoreFault>> check_proof(Proof proof, Deadline deadline);

    // Somebody else has proven who it is, such as the issuer of a token: what the account may do,
    // or why it does not open (unknown_account, account_disabled, may_not_submit).
    // claim.authcid: as the client presented it; account: as the other one calls it.
    virtual Task<Result<CheckAnswer, StoreFault>> vouched(Claim claim, std::string account,
                                                          Deadline deadline);

    // The same of a credential whose secret says whose it is (CredentialKind::certificate, token):
    // the account that has it, within the credential's policy.  claim.authcid: empty, where the
    // client leaves it to the credential.  Refused{unknown_account}: nobody has it.
    virtual Task<Result<CheckAnswer, StoreFault>> holder(Claim claim, CredentialKind kind,
                                                         std::string secret, Deadline deadline);

    // The name of the account that signs in so, for the audit alone; empty: there is none.
    virtual Task<Result<std::string, StoreFault>> account_of(std::string authcid);

    // Grows with every change of an account, no later than the change is answered.  Asked at every
    // command of every session: an atomic.  A store that does not know of changes stays at 0.
    virtual std::uint64_t generation() const { return 0; }
    // Whether the account is there, open, and as it was when it signed in (Login::standing): what
    // changes its rights, or the credential that was used, ends what was granted.  Faults: those of
    // the store.
    virtual Task<Result<bool, StoreFault>> still_stands(Login login);
};

}  // namespace signet::identity

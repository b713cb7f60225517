// Several credential stores as one: who is asked about a login, and in which order.
//
// A store serves some domains, or every login.  Of those that serve a login the first that knows
// the account answers, and nobody behind it is asked: neither when it refuses, nor when it cannot
// be asked.  A store that is down may know the account, so the answer is its fault (454) and never
// that of the next one, nor "unknown".
//
// An unknown login costs what a known one does: the look-ups, and then one check against nobody's
// account.  That one shows the salts for all unknown logins, too
// (docs/decisions/0190-the-first-store-that-knows.md).
#pragma once

#include "identity/credential_store.h"

#include <string>
#include <string_view>
#include <vector>

namespace signet::authn {

struct ChainLink {
    std::string name;
    // Domain patterns of the logins it serves (mail/domain_pattern.h); empty: all logins.
    std::vector<std::string> domains;
    identity::CredentialStore* store = nullptr;
    bool proofs = false;  // it can check proofs
    // Its check() says that it does not know an account without doing the work of a check; the
    // others are first asked by account_of().
    bool tells = false;
};

// Safe for concurrent use if the stores are.
class StoreChain final : public identity::CredentialStore {
public:
    // nobody: a store without accounts, whose checks and salts are those of an unknown login.
    // default_domain: of a login without one, when it is decided who serves it; empty: only stores
    // for all logins do.
    // REQUIRES: names are different and not empty.  The stores outlive it.
    StoreChain(std::vector<ChainLink> links, identity::CredentialStore& nobody,
               std::string default_domain = {})
        : links_(std::move(links)), nobody_(nobody), default_domain_(std::move(default_domain)) {}

    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline deadline) override;
    // Of each kind that some store can check.  A store that cannot counts as an account without a
    // verifier, since it may have accounts.
    Task<Result<identity::ProofCovers, StoreFault>> proof_covers() override;
    Task<Result<identity::Salt, StoreFault>> salt(std::string authcid, sasl::ProofKind kind,
                                                  Deadline deadline) override;
    Task<Result<identity::ProofAnswer, StoreFault>> check_proof(identity::Proof proof,
                                                                Deadline deadline) override;
    Task<Result<identity::CheckAnswer, StoreFault>> vouched(identity::Claim claim,
                                                            std::string account,
                                                            Deadline deadline) override;
    // Of all stores: whose it is, the credential says, and no name that a domain could be read
    // from.
    Task<Result<identity::CheckAnswer, StoreFault>> holder(identity::Claim claim,
                                                           identity::CredentialKind kind,
                                                           std::string secret,
                                                           Deadline deadline) override;
    Task<Result<std::string, StoreFault>> account_of(std::string authcid) override;
    std::uint64_t generation() const override;
    Task<Result<bool, StoreFault>> still_stands(identity::Login login) override;

    const std::vector<ChainLink>& links() const { return links_; }
    // By their names, in order: whom a login would be looked for in.
    std::vector<const ChainLink*> serving(std::string_view authcid) const;

private:
    struct Owner {
        const ChainLink* link = nullptr;  // null: nobody knows the login
        std::string account;
    };
    Task<Result<Owner, StoreFault>> owner_of(const std::string& authcid);

    const std::vector<ChainLink> links_;
    identity::CredentialStore& nobody_;
    const std::string default_domain_;
};

}  // namespace signet::authn

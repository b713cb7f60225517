// A credential store behind the guard: nothing is checked for a network that guesses, and what each
// check comes to is counted.  It stands where the secrets are, so that whoever asks, the wire or
// another server that Signet answers for, cannot go past it.
#pragma once

#include "authn/guard.h"
#include "authn/turnstile.h"
#include "identity/credential_store.h"

namespace signet::authn {

// Safe for concurrent use if the store is.  All that is passed by reference outlives it.
class GuardedStore final : public identity::CredentialStore {
public:
    // width: so many checks of a network that is never banned run at a time, since everybody may be
    // behind it.  Of any other one runs, and the next is judged when it was counted.
    GuardedStore(identity::CredentialStore& store, Guard& guard, unsigned width)
        : store_(store), guard_(guard), width_(width) {}

    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline deadline) override;
    Task<Result<identity::ProofAnswer, StoreFault>> check_proof(identity::Proof proof,
                                                                Deadline deadline) override;

    Task<Result<identity::ProofCovers, StoreFault>> proof_covers() override;
    Task<Result<identity::Salt, StoreFault>> salt(std::string authcid, sasl::ProofKind kind,
                                                  Deadline deadline) override;
    // Who was vouched for has guessed nothing.
    Task<Result<identity::CheckAnswer, StoreFault>> vouched(identity::Claim claim,
                                                            std::string account,
                                                            Deadline deadline) override;
    Task<Result<identity::CheckAnswer, StoreFault>> holder(identity::Claim claim,
                                                           identity::CredentialKind kind,
                                                           std::string secret,
                                                           Deadline deadline) override {
        return store_.holder(std::move(claim), kind, std::move(secret), deadline);
    }
    Task<Result<std::string, StoreFault>> account_of(std::string authcid) override;
    std::uint64_t generation() const override { return store_.generation(); }
    Task<Result<bool, StoreFault>> still_stands(identity::Login login) override;

private:
    Task<Turnstile::Place> wait_turn(const identity::Claim& claim);
    Task<void> weigh(const identity::Claim& claim, identity::CheckAnswer& answer,
                     std::string print);

    identity::CredentialStore& store_;
    Guard& guard_;
    const unsigned width_;
    Turnstile turnstile_;
};

}  // namespace signet::authn

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
    // width: how many checks of one network run at a time.
    GuardedStore(identity::CredentialStore& store, Guard& guard, unsigned width)
        : store_(store), guard_(guard), turnstile_(width) {}

    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline deadline) override;
    Task<Result<identity::ProofAnswer, StoreFault>> check_proof(identity::Proof proof,
                                                                Deadline deadline) override;

    Task<Result<identity::ProofCover, StoreFault>> proof_cover(crypto::Hash hash) override;
    Task<Result<identity::Salt, StoreFault>> salt(std::string authcid, crypto::Hash hash,
                                                  Deadline deadline) override;
    Task<Result<std::string, StoreFault>> account_of(std::string authcid) override;
    std::uint64_t generation() const override { return store_.generation(); }
    Task<Result<bool, StoreFault>> still_stands(identity::Login login) override;

private:
    Task<void> weigh(const identity::Claim& claim, identity::CheckAnswer& answer,
                     std::string print);

    identity::CredentialStore& store_;
    Guard& guard_;
    Turnstile turnstile_;
};

}  // namespace signet::authn

// A credential store that is exchanged whole while others use it.  Whoever asks is answered by the
// one that was there when he asked, which lives as long as that takes.
#pragma once

#include "identity/credential_store.h"
#include "net/slot.h"

#include <memory>

namespace signet::store {

// Safe for concurrent use if the stores are; put() by one thread at a time.
class SwappedCredentials final : public identity::CredentialStore {
public:
    // REQUIRES: before the first question, and whenever there is another one.  Not null.
    void put(std::shared_ptr<identity::CredentialStore> next);

    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline deadline) override;
    Task<Result<identity::ProofCovers, StoreFault>> proof_covers() override;
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
    Task<Result<std::string, StoreFault>> account_of(std::string authcid) override;
    // Moves when another one is put here, too: accounts may have gone with the one before.
    std::uint64_t generation() const override;
    Task<Result<bool, StoreFault>> still_stands(identity::Login login) override;

private:
    struct Here {
        std::shared_ptr<identity::CredentialStore> store;
        std::uint64_t before = 0;  // is added to its generation
    };
    net::Slot<Here> here_;
};

}  // namespace signet::store

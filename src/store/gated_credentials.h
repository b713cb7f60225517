// A credential store that is somewhere else, behind its gate.
//
// For stores that do all of a check over there (LDAP, PAM, HTTP).  Where hashes are read from there
// and computed here, the gate belongs around the reading: see store_gate.h.
#pragma once

#include "identity/credential_store.h"
#include "store/store_gate.h"

namespace signet::store {

// Safe for concurrent use if the store is.  Both outlive it.
class GatedCredentials final : public identity::CredentialStore {
public:
    GatedCredentials(identity::CredentialStore& store, StoreGate& gate)
        : store_(store), gate_(gate) {}

    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline deadline) override;
    Task<Result<identity::CheckAnswer, StoreFault>> vouched(identity::Claim claim,
                                                            std::string account,
                                                            Deadline deadline) override;
    Task<Result<std::string, StoreFault>> account_of(std::string authcid) override;
    std::uint64_t generation() const override { return store_.generation(); }
    Task<Result<bool, StoreFault>> still_stands(identity::Login login) override;

private:
    identity::CredentialStore& store_;
    StoreGate& gate_;
};

}  // namespace signet::store

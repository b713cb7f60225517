// Accounts that are somewhere else and whose hashes are checked here, behind the gate of their
// store: it bounds the asking alone (docs/decisions/0191-what-a-gate-stands-before.md).
#pragma once

#include "identity/account.h"
#include "store/store_gate.h"

namespace signet::store {

// Safe for concurrent use if the source is.  Both outlive it.
class GatedAccounts final : public identity::AccountSource {
public:
    GatedAccounts(identity::AccountSource& source, StoreGate& gate)
        : source_(source), gate_(gate) {}

    Task<Result<std::optional<identity::Account>, StoreFault>> find(std::string name) override;
    // Past the gate: the source answers from what it knows.
    Task<Result<identity::VerifierCensus, StoreFault>> census() override;
    // Past the gate, too: that a form cannot be kept keeps nobody from signing in.
    Task<Result<identity::Account, StoreFault>> renew_credentials(
        identity::Account account) override;
    std::uint64_t generation() const override { return source_.generation(); }

private:
    identity::AccountSource& source_;
    StoreGate& gate_;
};

}  // namespace signet::store

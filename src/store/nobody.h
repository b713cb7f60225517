// Accounts of nobody: what an unknown login is checked against, where there are several stores.
#pragma once

#include "identity/account.h"

#include <vector>

namespace signet::store {

// Finds nothing, and counts what others have: decoys look like accounts of any of them
// (identity::Verifiers::decoy).  The sources outlive it.
class Nobody final : public identity::AccountSource {
public:
    explicit Nobody(std::vector<identity::AccountSource*> others = {})
        : others_(std::move(others)) {}

    Task<Result<std::optional<identity::Account>, StoreFault>> find(std::string) override {
        co_return std::optional<identity::Account>{};
    }
    Task<Result<identity::VerifierCensus, StoreFault>> census() override {
        identity::VerifierCensus all;
        for (auto* other : others_) {
            const auto one = co_await other->census();
            if (!one) continue;  // a store that is down must not keep the others from signing in
            for (const auto& [kind, count] : *one) {
                all[kind].without += count.without;
                for (const auto& [rounds, accounts] : count.by_iterations) {
                    all[kind].by_iterations[rounds] += accounts;
                }
            }
        }
        co_return all;
    }
    std::uint64_t generation() const override { return 0; }

private:
    const std::vector<identity::AccountSource*> others_;
};

}  // namespace signet::store

// One credential store with the accounts below, to be tested by credential_store.h.
#pragma once

#include "identity/credential_store.h"

#include <memory>
#include <string_view>

namespace signet::conformance {

struct BenchAccount {
    std::string_view name, password;
    bool enabled = true;
};
inline constexpr BenchAccount kAnn{"ann@example.com", "ann's long password"};
inline constexpr BenchAccount kBob{"bob@example.com", "bob's other password"};
inline constexpr BenchAccount kOff{"off@example.com", "off's long password", false};
inline constexpr BenchAccount kBenchAccounts[] = {kAnn, kBob, kOff};

class CredentialBench {
public:
    virtual ~CredentialBench() = default;
    virtual identity::CredentialStore& store() = 0;
    virtual bool proofs() const = 0;  // it checks proofs
    // It can say who there is.
    virtual bool looks_up() const { return true; }
    // What the store relies on goes away, and comes back.  false: it relies on nothing.
    virtual bool take_down() { return false; }
    virtual void bring_back() {}
};

// null: what the store needs is not on this machine.
using MakeCredentialBench = std::unique_ptr<CredentialBench> (*)();

}  // namespace signet::conformance

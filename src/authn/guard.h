// Sees guessed passwords, and contains them: limits::Guessing for a whole server, with what it must
// know of accounts and networks (docs/explanation/guessing.md).
#pragma once

#include "base/clock.h"
#include "base/entropy.h"
#include "base/ip.h"
#include "base/secret.h"
#include "base/task.h"
#include "identity/credential_store.h"
#include "identity/familiar_networks.h"
#include "limits/bans.h"
#include "limits/guessing.h"
#include "settings/snapshot.h"

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::authn {

// Safe for concurrent use.  All that is passed by reference outlives it.
class Guard final : public limits::Bans {
public:
    // banned: told of each ban as it begins; must be safe for concurrent use.
    Guard(const Clock& clock, Entropy& entropy, identity::FamiliarNetworks& familiar,
          std::function<void(const limits::Ban&)> banned);

    // From now on; what was counted stays.  shelter: networks that are never banned.
    void set(settings::GuessingSettings rules, std::vector<IpNetwork> shelter);

    // Tells passwords apart and tells nothing of them; valid in this process only.
    std::string print_of(const Secret& password) const;

    // What stands in the way of an attempt.  Nothing does where the account signed in lately, or in
    // the shelter; where that cannot be found out, nothing does either: an attacker cannot make the
    // store fail, and the check that follows would fail with it.
    Task<std::optional<limits::Bar>> bar_to(const identity::Claim& claim);
    // How long the answer is to be held back.  print: as print_of(), or empty for a proof, which
    // shows nothing of the password.  account: the resolved name, empty when there is none.
    Task<std::chrono::milliseconds> failed(const identity::Claim& claim, std::string print,
                                           std::string account);
    Task<void> succeeded(const identity::Claim& claim, std::string account);

    Task<Result<std::vector<limits::Ban>, StoreFault>> list() override;
    Task<Result<std::size_t, StoreFault>> lift(std::string network,
                                               std::optional<std::string> account) override;
    std::size_t bans() const;  // in force now

    // A network that is never banned.
    bool sheltered(const identity::Claim& claim) const;

private:
    limits::Pair pair_of(const identity::Claim& claim) const;
    Task<bool> exempt(const identity::Claim& claim);
    limits::Ban ban_of(limits::Bar bar) const;

    const Clock& clock_;
    const Secret key_;
    identity::FamiliarNetworks& familiar_;
    const std::function<void(const limits::Ban&)> banned_;
    mutable std::mutex mutex_;
    limits::Guessing guessing_;       // guarded by mutex_
    std::vector<IpNetwork> shelter_;  // guarded by mutex_
};

}  // namespace signet::authn

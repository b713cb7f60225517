// Notices a client that shows its password though it knew better before: somebody may have taken
// the stronger mechanisms out of what it is offered, or has the password and not the program.
//
// A client is an account, the network that it comes from and the name that it says EHLO by, so that
// a printer beside a laptop is another one.  What it did is kept in memory alone: after a restart
// each has one sign-in free.
#pragma once

#include "base/ip.h"
#include "sasl/mechanism.h"

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace signet::authn {

// Safe for concurrent use.
class DowngradeWatch {
public:
    struct Client {
        std::string account, network, ehlo;
    };
    // Keeps between `most` and twice as many clients; those that have been away longest are
    // forgotten.
    explicit DowngradeWatch(std::size_t most = 50'000) : most_(most) {}

    // The client has signed in by `now`.  Which stronger one it used the last time; null: none.
    // Said once: what it does from then on is what it does.
    const sasl::Mechanism* signed_in(const Client& client, const sasl::Mechanism& now);

private:
    using Known = std::unordered_map<std::uint64_t, const sasl::Mechanism*>;

    const std::size_t most_;
    std::mutex mutex_;
    Known lately_, before_;
};

// Whether to be made to use `b` instead of `a` gives something away: the tie to the connection, or
// the password.  What needs a token or a certificate is another thing to have, and no downgrade.
bool is_weaker(const sasl::Mechanism& b, const sasl::Mechanism& a);

}  // namespace signet::authn

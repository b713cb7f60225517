// Whether what a session signed in by still holds: the account behind it, and the token that it
// showed.
#pragma once

#include "base/clock.h"
#include "base/task.h"
#include "identity/credential_store.h"
#include "identity/token_authority.h"

#include <cstdint>

namespace signet::submission {

// Of one session.  Asks the store for a number at each command, and for the account only when the
// number has moved; the issuer of a token when the answer that it gave before is too old.
class AccountWatch {
public:
    // tokens: null where none are taken.
    AccountWatch(identity::CredentialStore& store, identity::TokenAuthority* tokens,
                 const Clock& clock)
        : store_(store), tokens_(tokens), clock_(clock) {}

    // Before a sign-in looks the account up: what changes from then on is noticed.
    void begin();

    enum class Finding {
        unchanged,
        changed,
        unknown  // the store cannot tell now; it is asked again at the next command
    };
    Task<Finding> look(const identity::Login& login);

private:
    Task<Finding> look_at_account(const identity::Login& login);
    Task<bool> token_holds(const identity::Login& login);

    identity::CredentialStore& store_;
    identity::TokenAuthority* const tokens_;
    const Clock& clock_;
    std::uint64_t seen_ = 0;
    SteadyTime token_was_good_{}, ask_again_{};
};

}  // namespace signet::submission

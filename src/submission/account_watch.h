// Whether what a session signed in by still holds: the account behind it, and the token or the
// certificate that it showed.
#pragma once

#include "authn/exchange.h"
#include "base/clock.h"
#include "base/task.h"
#include "identity/credential_store.h"

#include <cstdint>

namespace signet::submission {

// Of one session.  Asks the store for a number at each command, and for the account only when the
// number has moved; the issuer of a token when the answer that it gave before is too old; and has a
// certificate judged again when what is trusted has changed, and once a minute, since it ends.
class AccountWatch {
public:
    AccountWatch(identity::CredentialStore& store, authn::Vouchers vouchers, const Clock& clock)
        : store_(store), vouchers_(vouchers), clock_(clock) {}

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
    Task<Finding> look_at_certificate(const identity::Login& login);

    identity::CredentialStore& store_;
    const authn::Vouchers vouchers_;
    const Clock& clock_;
    std::uint64_t seen_ = 0;
    SteadyTime token_was_good_{}, ask_again_{};
    std::uint64_t trusted_ = 0;  // what was, when the certificate was judged
};

}  // namespace signet::submission

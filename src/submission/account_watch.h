// Whether the account behind a session is still what it was when it signed in.
#pragma once

#include "base/task.h"
#include "identity/credential_store.h"

#include <cstdint>

namespace signet::submission {

// Of one session.  Asks the store for a number at each command, and for the account only when the
// number has moved.
class AccountWatch {
public:
    explicit AccountWatch(identity::CredentialStore& store) : store_(store) {}

    // Before a sign-in looks the account up: what changes from then on is noticed.
    void begin() { seen_ = store_.generation(); }

    enum class Finding {
        unchanged,
        changed,
        unknown  // the store cannot tell now; it is asked again at the next command
    };
    Task<Finding> look(const identity::Login& login);

private:
    identity::CredentialStore& store_;
    std::uint64_t seen_ = 0;
};

}  // namespace signet::submission

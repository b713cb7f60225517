// Where a proof is checked.  Keeper only: no verifier, hash or password leaves it.
#pragma once

#include "base/deadline.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "identity/login.h"

#include <string>
#include <string_view>
#include <variant>

namespace signet::identity {

// The true reason, for the audit event only: the client hears one sentence for all of them.
enum class Refusal {
    unknown_account,
    bad_password,
    no_usable_password,  // the account has none, or a stored hash that is not taken
    account_disabled,    // the password was right
    may_not_submit,      // the password was right
};
std::string_view name(Refusal refusal);  // the audit `reason`

struct Refused {
    Refusal why;
    std::string account;
};  // account: empty when unknown
using CheckAnswer = std::variant<Login, Refused>;

class CredentialStore {
public:
    virtual ~CredentialStore() = default;
    // Costs the same for an unknown login as for a known one with the default scheme.
    // unavailable: the backend or the hash queue has no time (454, never 535).
    virtual Task<Result<CheckAnswer, StoreFault>> check(std::string authcid, Secret password,
                                                        std::string method, Deadline deadline) = 0;
};

}  // namespace signet::identity

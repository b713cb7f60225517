// The letter to somebody whose password is getting old.  Pure.
#pragma once

#include "identity/account.h"
#include "queue/message.h"
#include "settings/snapshot.h"

#include <chrono>
#include <optional>

namespace signet::app {

struct AgingPassword {
    const identity::Account& account;
    const identity::Credential& credential;
    WallTime ends{};  // from then on it is not taken
};

// The warning that is due for it now; nullopt: none, or it was given, or the password is over.
// last: the one that was given last for this password.
std::optional<std::chrono::days> due_warning(const AgingPassword& password,
                                             const settings::PasswordAgeSettings& age,
                                             std::optional<std::chrono::days> last, WallTime now);

// To the first address of the account that is somebody's; nullopt: it has none.
std::optional<queue::Report> password_warning(const AgingPassword& password,
                                              const settings::Snapshot& settings, queue::QueueId id,
                                              WallTime now);

}  // namespace signet::app

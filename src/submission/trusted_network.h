// Clients that are known by where they are: setting [[network]].
#pragma once

#include "identity/login.h"
#include "settings/snapshot.h"
#include "submission/session.h"

#include <optional>

namespace signet::submission {

// The login that the client's address is worth on this listener, with method NETWORK; nullopt:
// none. Its account is the network's name.  The address is the real one, behind a trusted proxy
// too.
std::optional<identity::Login> trusted_login(const Session& session,
                                             const settings::Snapshot& settings);

}  // namespace signet::submission

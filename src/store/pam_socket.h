// Whole messages over a stream socket (store/pam_protocol.h).  Blocks.
#pragma once

#include "base/clock.h"
#include "base/secret.h"

#include <optional>
#include <string_view>

namespace signet::store {

// false: the other side is gone, or the time is over.  SteadyTime::max(): waits for ever.
bool send_message(int socket, std::string_view message, SteadyTime until);
// nullopt: as above; or what came is no message.  It may hold a password.
std::optional<Secret> receive_message(int socket, SteadyTime until);

}  // namespace signet::store

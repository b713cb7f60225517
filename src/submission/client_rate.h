// How fast one client network may come and ask: settings limits.connection_rate and command_rate.
#pragma once

#include "base/ip.h"
#include "base/task.h"
#include "submission/services.h"
#include "submission/session.h"

#include <optional>
#include <span>
#include <string>

namespace signet::submission {

// The network that a session is counted for: the real client's, behind a proxy too.  nullopt: none,
// for it comes from this machine, where programs are trusted to connect as fast as they like, or it
// is a proxy's own connection (its health check).
std::optional<std::string> counted_network(const Session& session,
                                           std::span<const IpNetwork> proxies);

// Counts a connection that is about to be let in.  false: there were too many.
Task<bool> may_connect(const std::optional<std::string>& network, const Session& session,
                       const Services& services);

// Counts a command.  false: there were too many, and this one is to be answered 421.  What waits
// for no answer (a chunk; a line that is refused already) counts, and the next one hears of it; to
// leave is always allowed, and a message that is on its way is not cut off.
Task<bool> may_ask(const std::optional<std::string>& network, const smtp::Event& command,
                   const Services& services);

}  // namespace signet::submission

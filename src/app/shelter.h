// Networks that are never banned for guessing, since a ban there would hit everybody.
#pragma once

#include "base/ip.h"
#include "settings/snapshot.h"

#include <string_view>
#include <vector>

namespace signet::app {

// The routers behind which this machine, or its container, reaches the world: where addresses are
// translated on the way in, each client seems to be one of them.  From /proc/PID/net/route
// and ipv6_route (proc(5)); lines that are none are passed over.
std::vector<IpNetwork> gateways_in(std::string_view ipv4_routes, std::string_view ipv6_routes);

// This machine, its gateways, the proxies that listeners trust, and guessing.never.
std::vector<IpNetwork> shelter_of(const settings::Snapshot& settings);

}  // namespace signet::app

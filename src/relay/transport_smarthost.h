// Everything to one server, which takes it from there: a provider's or a company's smart host; or,
// while it takes nothing, to the next one of several.
#pragma once

#include "relay/next_hop.h"

#include <memory>
#include <vector>

namespace signet::relay {

// In the order of `hosts`; a host that puts off everybody, or cannot be reached, passes on to the
// next in the same attempt (relay/failover.h).
// REQUIRES: at least one host.  `clock` outlives the transport.
std::unique_ptr<Transport> make_smart_host_transport(std::vector<NextHop> hosts, const Clock& clock,
                                                     Connect connect = net::connect);

}  // namespace signet::relay

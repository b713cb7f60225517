// Counts what a route's transport does, from the outside.
#pragma once

#include "base/clock.h"
#include "observe/catalogue.h"
#include "relay/transport.h"

namespace signet::app {

// tls: the route's policy: "verified", "opportunistic" or "none"; empty where nothing is sent over
// a network.  Registry and clock outlive it.
std::shared_ptr<relay::Transport> metered(std::shared_ptr<relay::Transport> transport,
                                          observe::Registry& registry, const Clock& clock,
                                          const std::string& route, const std::string& tls);

}  // namespace signet::app

// Which addresses count as one client.
#pragma once

#include "net/stream.h"

#include <string>

namespace signet::net {

// One IPv4 address, or the /64 of an IPv6 address ("2001:db8:0:1::/64"), since a single host may
// use all of its /64.  What is no address (a test's fake) counts as itself.
std::string client_network(const Endpoint& peer);

}  // namespace signet::net

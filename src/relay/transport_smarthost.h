// Everything to one server, which takes it from there: a provider's or a company's smart host.
#pragma once

#include "relay/next_hop.h"

#include <memory>

namespace signet::relay {

// `clock` outlives the transport.
std::unique_ptr<Transport> make_smart_host_transport(NextHop smart_host, const Clock& clock,
                                                     Connect connect = net::connect);

}  // namespace signet::relay

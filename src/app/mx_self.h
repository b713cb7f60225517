// By which names and addresses this server may be somebody's mail exchanger.
#pragma once

#include "relay/mx_plan.h"
#include "settings/snapshot.h"

namespace signet::app {

// Our name, and the addresses at which a listener of ours would answer on that port: another mail
// server on this machine, at an address or a port of its own, is not us.
relay::Self mx_self(const settings::Snapshot& settings, unsigned port,
                    const std::vector<IpAddress>& own_addresses);

}  // namespace signet::app

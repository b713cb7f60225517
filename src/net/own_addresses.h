// The addresses of this machine.
#pragma once

#include "base/ip.h"

#include <vector>

namespace signet::net {

// Of every interface that is up, now.  None if the kernel does not say.
std::vector<IpAddress> own_addresses();

}  // namespace signet::net

// The addresses of this machine.
#pragma once

#include "base/ip.h"
#include "base/result.h"

#include <string>
#include <vector>

namespace signet::net {

// Of every interface that is up, now.  The error is a sentence without a full stop: the kernel does
// not say, as where a sandbox forbids AF_NETLINK.  Never an empty list for that: whoever asks wants
// to know what is ours, and would take nothing for ours.
Result<std::vector<IpAddress>, std::string> own_addresses();

}  // namespace signet::net

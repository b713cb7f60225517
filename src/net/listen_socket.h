// Sockets that listen.
#pragma once

#include "base/result.h"
#include "net/stream.h"

#include <string>
#include <vector>

namespace signet::net {

struct ListenSockets {
    Endpoint bound;            // with the port that port 0 became
    std::vector<int> sockets;  // non-blocking; the caller closes them
};

// `count` sockets on one address.  The first listens alone, so that any other listener makes it
// fail, and opens the address to its brothers only then: two programs that start at the same time
// cannot both succeed.  IPv6 sockets take IPv6 only.  The fault is a sentence.
Result<ListenSockets, std::string> listen_on(const Endpoint& address, unsigned count, int backlog);

}  // namespace signet::net

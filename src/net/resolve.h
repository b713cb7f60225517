// Host names to addresses, by the system's resolver.
#pragma once

#include "net/connect.h"

#include <sys/socket.h>
#include <vector>

namespace signet::net {

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

// 1 to 8 addresses.  An IP address or the path of a Unix socket is its own answer, without a
// look-up.  For the rest see
// connect(): a look-up under way at the deadline is left behind.
Task<Result<std::vector<Address>, ConnectFault>> resolve(std::string host, std::uint16_t port,
                                                         Deadline deadline);

}  // namespace signet::net

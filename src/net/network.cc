#include "net/network.h"

#include <arpa/inet.h>

#include <algorithm>

namespace signet::net {

std::string client_network(const Endpoint& peer) {
    in6_addr address{};
    if (::inet_pton(AF_INET6, peer.ip.c_str(), &address) != 1) return peer.ip;
    std::fill(address.s6_addr + 8, address.s6_addr + 16, std::uint8_t{0});
    char text[INET6_ADDRSTRLEN];
    ::inet_ntop(AF_INET6, &address, text, sizeof text);
    return std::string{text} + "/64";
}

}  // namespace signet::net

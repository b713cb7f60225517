#include "net/own_addresses.h"

#include "base/errno_text.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <cerrno>
#include <cstring>

namespace signet::net {

namespace {

std::optional<IpAddress> address_in(const sockaddr& raw) {
    IpAddress address{.v6 = raw.sa_family == AF_INET6};
    if (raw.sa_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(raw);
        std::memcpy(address.octets.data(), &v4.sin_addr, sizeof v4.sin_addr);
        return address;
    }
    if (!address.v6) return {};
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(raw);
    std::memcpy(address.octets.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    return address;
}

}  // namespace

Result<std::vector<IpAddress>, std::string> own_addresses() {
    std::vector<IpAddress> own;
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) {
        return fail("the addresses of this machine cannot be read: " + errno_text(errno));
    }
    for (const auto* one = first; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0) continue;
        if (const auto address = address_in(*one->ifa_addr)) own.push_back(*address);
    }
    ::freeifaddrs(first);
    return own;
}

}  // namespace signet::net

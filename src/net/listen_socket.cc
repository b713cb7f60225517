#include "net/listen_socket.h"

#include "base/errno_text.h"
#include "net/socket_stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>

namespace signet::net {

namespace {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

std::optional<SocketAddress> parse(const Endpoint& address) {
    SocketAddress parsed;
    auto& v4 = reinterpret_cast<sockaddr_in&>(parsed.storage);
    auto& v6 = reinterpret_cast<sockaddr_in6&>(parsed.storage);
    if (::inet_pton(AF_INET, address.ip.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(address.port);
        parsed.size = sizeof v4;
        return parsed;
    }
    if (::inet_pton(AF_INET6, address.ip.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(address.port);
        parsed.size = sizeof v6;
        return parsed;
    }
    return std::nullopt;
}

std::string explain(const Endpoint& address, int error) {
    const auto where = address.text();
    switch (error) {
    case EADDRINUSE:
        return where + " is in use: another program, perhaps another Signet, listens there";
    case EACCES:
        return "no right to listen on " + where +
               ": ports below 1024 need root or the capability CAP_NET_BIND_SERVICE";
    case EADDRNOTAVAIL: return "cannot listen on " + where + ": this machine has no such address";
    case EAFNOSUPPORT:
        return "cannot listen on " + where + ": this machine has no network of that kind (IPv6?)";
    default: return "cannot listen on " + where + ": " + errno_text(error);
    }
}

void set_option(int socket, int level, int option) {
    const int on = 1;
    (void)::setsockopt(socket, level, option, &on, sizeof on);
}

// 0, or errno.
int bind_and_listen(int socket, const SocketAddress& address, int backlog) {
    set_option(socket, SOL_SOCKET, SO_REUSEADDR);  // over what a past run left in TIME_WAIT
    if (address.storage.ss_family == AF_INET6) set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY);
    const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::bind(socket, raw, address.size) != 0) return errno;
    return ::listen(socket, backlog) == 0 ? 0 : errno;
}

}  // namespace

Result<ListenSockets, std::string> listen_on(const Endpoint& wanted, unsigned count, int backlog) {
    auto address = parse(wanted);
    if (!address) return fail("cannot listen on " + wanted.text() + ": not an IP address");
    ListenSockets made{wanted, {}};
    for (unsigned i = 0; i < count; ++i) {
        const int socket =
            ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (socket >= 0 && i > 0) set_option(socket, SOL_SOCKET, SO_REUSEPORT);
        const int error = socket < 0 ? errno : bind_and_listen(socket, *address, backlog);
        if (error != 0) {
            if (socket >= 0) ::close(socket);
            for (const int other : made.sockets) ::close(other);
            return fail(explain(made.bound, error));
        }
        made.sockets.push_back(socket);
        if (i > 0) continue;
        set_option(socket, SOL_SOCKET, SO_REUSEPORT);
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address->storage), &address->size);
        made.bound = endpoint_of(address->storage);
    }
    return made;
}

}  // namespace signet::net

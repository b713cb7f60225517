#include "net/connect.h"

#include "base/errno_text.h"
#include "net/readiness.h"
#include "net/resolve.h"
#include "net/socket_stream.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>

namespace signet::net {

namespace {

using Kind = ConnectFault::Kind;

Kind kind_of(int error) {
    switch (error) {
    case ECONNREFUSED: return Kind::refused;
    case ETIMEDOUT: return Kind::timed_out;
    default: return Kind::unreachable;
    }
}

ConnectFault fault_of(const Address& address, int error) {
    return {kind_of(error), endpoint_of(address.storage).text() + ": " + errno_text(error)};
}

ConnectFault fault_of(const Address& address, IoFault fault) {
    const auto where = endpoint_of(address.storage).text();
    if (fault == IoFault::cancelled) return {Kind::cancelled, where + ": the server stops"};
    return {Kind::timed_out, where + ": no answer in time"};
}

// An even share for each address that is left, so that one black hole does not take it all.
Deadline share_of(Deadline deadline, std::size_t left) {
    const auto now = std::chrono::steady_clock::now();
    if (deadline.when() == SteadyTime::max() || deadline.when() <= now) return deadline;
    return Deadline::at(now + (deadline.when() - now) / static_cast<int>(left));
}

const IpAddress* source_for(const Address& address, const std::vector<IpAddress>& sources) {
    const bool v6 = address.storage.ss_family == AF_INET6;
    const auto found = std::ranges::find(sources, v6, &IpAddress::v6);
    return found == sources.end() ? nullptr : &*found;
}

bool may_go_to(const Address& address, const std::vector<IpAddress>& sources) {
    return sources.empty() || address.storage.ss_family == AF_UNIX || source_for(address, sources);
}

bool is_inside(const Address& address) {
    const auto ip = parse_ip(endpoint_of(address.storage).ip);
    return !ip || !is_public(*ip);
}

// false: errno says why.
bool leave_from(int socket, const IpAddress& source) {
    if (source.v6) {
        sockaddr_in6 from{};
        from.sin6_family = AF_INET6;
        std::memcpy(&from.sin6_addr, source.octets.data(), sizeof from.sin6_addr);
        return ::bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0;
    }
    sockaddr_in from{};
    from.sin_family = AF_INET;
    std::memcpy(&from.sin_addr, source.octets.data(), sizeof from.sin_addr);
    return ::bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0;
}

// The socket, connected.
Task<Result<int, ConnectFault>> connect_one(const Address& address,
                                            const std::vector<IpAddress>& sources,
                                            Deadline deadline) {
    const int socket =
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) co_return fail(fault_of(address, errno));
    const int on = 1;
    (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // The port is chosen only when connecting: one port may serve many destinations.
    (void)::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const auto* source = source_for(address, sources);
    if (source && !leave_from(socket, *source)) {
        const ConnectFault fault{Kind::unreachable,
                                 "cannot send from " + source->text() + ": " + errno_text(errno)};
        ::close(socket);
        co_return fail(fault);
    }
    const auto* raw = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::connect(socket, raw, address.size) == 0) co_return socket;
    if (errno != EINPROGRESS) {
        const auto fault = fault_of(address, errno);
        ::close(socket);
        co_return fail(fault);
    }
    // Watched by a second descriptor: the first is the stream's to come.
    Readiness ready(co_await boost::asio::this_coro::executor, ::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    const auto waited =
        co_await ready.wait(Readiness::For::write, deadline, Readiness::Drain::leaves_wait);
    int error = 0;
    socklen_t size = sizeof error;
    (void)::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    if (waited && error == 0) co_return socket;
    ::close(socket);
    co_return fail(waited ? fault_of(address, error) : fault_of(address, waited.error()));
}

}  // namespace

Task<Result<std::unique_ptr<Stream>, ConnectFault>> connect(ConnectTarget target,
                                                            Deadline deadline) {
    auto addresses = co_await resolve(target.host, target.port, deadline);
    if (!addresses) co_return fail(addresses.error());
    if (target.public_only && std::erase_if(*addresses, is_inside) > 0 && addresses->empty()) {
        co_return fail(ConnectFault{Kind::not_public,
                                    target.host + ": at addresses of private networks alone"});
    }
    std::erase_if(*addresses, [&](const Address& one) { return !may_go_to(one, target.source); });
    const auto& name_in_tls = target.tls_name.empty() ? target.host : target.tls_name;
    ConnectFault last{Kind::unreachable,
                      target.host + ": no address of a family that we have a source address of"};
    std::size_t left = addresses->size();
    for (const auto& address : *addresses) {
        const auto socket =
            co_await connect_one(address, target.source, share_of(deadline, left--));
        if (!socket) {
            last = socket.error();
            if (last.kind == Kind::cancelled) break;
            continue;
        }
        auto starter = target.tls ? make_client_starter(target.tls, name_in_tls) : nullptr;
        auto stream = make_socket_stream(co_await boost::asio::this_coro::executor, *socket,
                                         std::move(starter));
        if (!target.implicit_tls) co_return stream;
        const auto begun = co_await stream->start_tls(deadline);
        if (begun) co_return stream;
        auto text = stream->last_tls_error();
        if (text.empty()) text = name(begun.error());
        co_return fail(ConnectFault{begun.error() == IoFault::timed_out   ? Kind::timed_out
                                    : begun.error() == IoFault::cancelled ? Kind::cancelled
                                                                          : Kind::tls,
                                    stream->peer().text() + ": TLS: " + text});
    }
    co_return fail(last);
}

}  // namespace signet::net

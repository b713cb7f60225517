#include "net/stream.h"

namespace signet::net {

std::string_view name(IoFault fault) {
    switch (fault) {
    case IoFault::closed: return "closed";
    case IoFault::timed_out: return "timed_out";
    case IoFault::tls: return "tls";
    case IoFault::cancelled: return "cancelled";
    }
    std::unreachable();
}

std::string_view name(HandshakeFault fault) {
    switch (fault) {
    case HandshakeFault::no_shared_version: return "no_shared_version";
    case HandshakeFault::no_shared_cipher: return "no_shared_cipher";
    case HandshakeFault::client_alert: return "client_alert";
    case HandshakeFault::timeout: return "timeout";
    case HandshakeFault::not_tls: return "not_tls";
    case HandshakeFault::alpn: return "alpn";
    case HandshakeFault::other: return "other";
    }
    std::unreachable();
}

std::string Endpoint::text() const {
    if (ip.starts_with('/')) return ip;  // a Unix socket
    const bool bracketed = ip.find(':') != std::string::npos;
    return (bracketed ? '[' + ip + ']' : ip) + ':' + std::to_string(port);
}

}  // namespace signet::net

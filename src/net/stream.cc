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

std::string Endpoint::text() const {
    const bool bracketed = ip.find(':') != std::string::npos;
    return (bracketed ? '[' + ip + ']' : ip) + ':' + std::to_string(port);
}

}  // namespace signet::net

// To another server: name, addresses, connection, perhaps TLS.
#pragma once

#include "base/deadline.h"
#include "base/ip.h"
#include "base/result.h"
#include "base/task.h"
#include "net/stream.h"
#include "net/tls_context.h"

#include <memory>
#include <string>
#include <vector>

namespace signet::net {

struct ConnectFault {
    enum class Kind {
        no_such_host,  // the name does not exist, or has no address: permanent for a typed name
        resolver,      // the name could not be looked up now
        refused,       // by every address
        unreachable,   // network or host, for every address
        not_public,    // every address is inside (ConnectTarget::public_only)
        timed_out,
        tls,        // the handshake of implicit TLS failed
        cancelled,  // the server drains
    };
    Kind kind = Kind::refused;
    std::string text;  // of the last address tried: "192.0.2.1:465: Connection refused"
};

struct ConnectTarget {
    std::string host;  // a name, an address, or the path of a Unix socket ("/run/…")
    std::uint16_t port = 0;
    std::shared_ptr<const TlsClientContext> tls;  // null: start_tls will fail
    bool implicit_tls = false;                    // the handshake is part of connecting
    std::string tls_name = {};                    // asked for and verified; empty: host
    // Our own address, one of a family at most; an address of a family without one is left out.
    // Empty: as the system chooses.
    std::vector<IpAddress> source = {};
    // Addresses of this machine and of networks behind the firewall (base/ip.h: is_public) are left
    // out.  What is judged is what is connected to, so no second answer of DNS comes in between.
    bool public_only = false;
};

// Tries every address (at most eight, in the resolver's order); each has its share of the time
// left.  Names are looked up with getaddrinfo on a thread of the loop's own, one at a time; a
// look-up that takes longer than the deadline is left behind, not waited for.
Task<Result<std::unique_ptr<Stream>, ConnectFault>> connect(ConnectTarget target,
                                                            Deadline deadline);

}  // namespace signet::net

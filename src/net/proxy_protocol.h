// The PROXY protocol, versions 1 and 2: how a proxy names the client it speaks for.  A machine
// without input or output.
//
// The header comes before everything else, TLS included, and what follows it belongs to another
// reader.  So the machine says how many octets to read next, and takes no more than that:
//
//   wanted() ──▶ read at most so many octets, then received(octets)
//   outcome() ─▶ nothing yet; the header; or why there is none
//
// Who may send one is the caller's to decide: from a stranger a header is a lie.
#pragma once

#include "base/result.h"
#include "net/stream.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace signet::net {

// The ends of the connection that the proxy has with its client, as it names them.
struct ProxyEnds {
    Endpoint client, server;
};

// ends: nullopt if the connection is the proxy's own (LOCAL, a health check) or its client has no
// address (UNKNOWN, UNSPEC, AF_UNIX): the socket's own ends stay.
struct ProxyHeader {
    std::optional<ProxyEnds> ends;
};

enum class ProxyFault {
    no_header,  // the octets begin in another way
    malformed,
    too_long,  // version 1: more than 107 octets; version 2: more than kMaxProxyHeader
    checksum,  // version 2: the CRC-32C it carries is not its own
};
std::string_view name(ProxyFault fault);

inline constexpr std::size_t kMaxProxyLine = 107;      // version 1, CRLF included
inline constexpr std::size_t kMaxProxyHeader = 4'096;  // version 2, with all that is attached

// Not safe for concurrent use.
class ProxyReader {
public:
    using Outcome = std::optional<Result<ProxyHeader, ProxyFault>>;

    // 0 once there is an outcome.
    std::size_t wanted() const { return wanted_; }
    // REQUIRES: octets.size() <= wanted()
    void received(std::string_view octets);
    const Outcome& outcome() const { return outcome_; }

private:
    void look();
    void look_at_line();
    void look_at_binary();
    void conclude(Result<ProxyHeader, ProxyFault> outcome);

    std::string buffer_;       // at most kMaxProxyHeader octets
    std::size_t wanted_ = 12;  // of which both versions have at least so many
    Outcome outcome_;
};

}  // namespace signet::net

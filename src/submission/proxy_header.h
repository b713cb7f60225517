// A connection through a proxy: the header that names the client, read before anything else.
#pragma once

#include "base/clock.h"
#include "base/ip.h"
#include "base/result.h"
#include "base/task.h"
#include "net/stream.h"

#include <span>
#include <string>

namespace signet::submission {

// Whether the peer is one of the proxies; from nobody else is a header believed.
bool is_proxy(const net::Endpoint& peer, std::span<const IpNetwork> proxies);

// Afterwards stream.peer() and local() are the ends that the proxy named; not an octet behind the
// header was read.  The fault is a few words for the audit log: there is no header, it is
// malformed, or it did not come in time.  REQUIRES: not inside TLS, nothing read so far.
Task<Result<void, std::string>> hear_proxy(net::Stream& stream, const Clock& clock);

}  // namespace signet::submission

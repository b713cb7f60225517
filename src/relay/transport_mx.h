// To the mail exchangers of the recipients' domain, as DNS names them (RFC 5321 §5).
#pragma once

#include "base/entropy.h"
#include "dns/resolver.h"
#include "relay/mx_plan.h"
#include "relay/next_hop.h"

#include <memory>

namespace signet::relay {

struct MxOptions {
    // As for any next hop; host, address, user and password are not read.
    NextHop hop = {};
    MxRules rules = {};
};

// How much one attempt tries, so that a domain with many dead hosts does not hold a place of the
// worker for hours.  "the SMTP client SHOULD try at least two addresses" (RFC 5321 §5.1)
inline constexpr unsigned kMaxMxConnections = 8;
inline constexpr unsigned kMaxMxConversations = 3;    // of them, with who answered
inline constexpr std::chrono::seconds kMxLookUp{30};  // for one question

// The first host that takes the message for a recipient, or refuses one for good, ends the attempt:
// whom it put off waits for the retry.  If it put off everybody, or nobody answered, the next host
// is tried.  What no host decided is deferred, with the last thing a host said.
// `clock` and `entropy` outlive the transport, which keeps the resolver.
std::unique_ptr<Transport> make_mx_transport(MxOptions options,
                                             std::shared_ptr<dns::Resolver> resolver,
                                             const Clock& clock, Entropy& entropy,
                                             Connect connect = net::connect);

}  // namespace signet::relay

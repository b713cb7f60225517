// Which hosts take a domain's mail, in which order, and at which addresses (RFC 5321 §5): rules
// over what DNS said.  Pure functions; transport_mx.cc asks the questions.
//
// What DNS knows to be absent fails a recipient, what nobody could find out delays it
// (docs/decisions/0111-half-an-answer-is-none.md).
#pragma once

#include "base/entropy.h"
#include "dns/answer.h"
#include "relay/transport.h"

#include <string>
#include <string_view>
#include <vector>

namespace signet::relay {

// "the names or addresses by which it might be known in mail transactions" (RFC 5321 §5.1)
struct Self {
    std::vector<dns::Name> names = {};
    std::vector<IpAddress> addresses = {};
};

struct MxRules {
    Self self = {};
    // Whether addresses that nobody on the internet can reach may be delivered to: see
    // docs/decisions/0112-no-exchanger-inside.md.
    bool private_addresses = false;
};

inline constexpr std::size_t kMaxMxHosts = 10;     // of a domain
inline constexpr std::size_t kMaxMxAddresses = 4;  // of a host

// There is no way on from here, and what each recipient is told.
struct DeadEnd {
    Answer answer = {};
    bool is_self = false;  // it leads back to us: what is no better than this is no way, either
};

using DnsResult = Result<dns::Answer, dns::Fault>;

// The hosts for a domain, best first, those of one preference in random order; from 1 to
// kMaxMxHosts.  `mx`: what DNS said of its MX records.
Result<std::vector<dns::Name>, DeadEnd> mx_hosts(const dns::Name& domain, const DnsResult& mx,
                                                 const MxRules& rules, Entropy& chance);

// The addresses of a host, from 1 to kMaxMxAddresses, both families in turn, IPv6 first.
Result<std::vector<IpAddress>, DeadEnd> mx_addresses(const dns::Name& host, const DnsResult& v4,
                                                     const DnsResult& v6, const MxRules& rules);

// The address of a literal that stands in place of a domain: "[192.0.2.1]", "[IPv6:2001:db8::1]"
// (RFC 5321 §4.1.3).
Result<IpAddress, DeadEnd> literal_address(std::string_view literal, const MxRules& rules);

}  // namespace signet::relay

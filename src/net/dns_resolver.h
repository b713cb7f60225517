// DNS over libunbound, which validates here: nobody else's word for "secure" is taken.
#pragma once

#include "base/result.h"
#include "dns/resolver.h"
#include "net/stream.h"

#include <memory>
#include <string>
#include <vector>

namespace signet::net {

// What a resolver may hold open: sockets for questions, over UDP and TCP, and its own pipes.
inline constexpr unsigned kDnsDescriptors = 128 + 16 + 16;

struct DnsOptions {
    std::vector<Endpoint> servers = {};  // resolvers that look up for us; empty: see resolv_conf
    std::string resolv_conf = "/etc/resolv.conf";  // names none: the root servers are asked
    // A file of DS or DNSKEY records, written as in a zone.  Empty: nothing is validated, and no
    // answer is ever secure.
    std::string trust_anchor = {};
};

// Its cache, its threads and its open questions are its own; one serves a whole process.  It may be
// made and destroyed on any thread.  The error is a sentence: a file that cannot be read, an
// address that is none.
Result<std::unique_ptr<dns::Resolver>, std::string> make_dns_resolver(const DnsOptions& options);

}  // namespace signet::net

#include "submission/proxy_header.h"

#include "net/proxy_protocol.h"

#include <algorithm>
#include <utility>

namespace signet::submission {
namespace {

// A proxy sends its header at once; 3 seconds is what the protocol's paper takes for a lost
// segment.
constexpr std::chrono::seconds kPatience{5};

}  // namespace

bool is_proxy(const net::Endpoint& peer, std::span<const IpNetwork> proxies) {
    if (proxies.empty()) return false;
    const auto address = parse_ip(peer.ip);
    return address && std::ranges::any_of(proxies, [&](const IpNetwork& network) {
               return network.contains(*address);
           });
}

Task<Result<void, std::string>> hear_proxy(net::Stream& stream, const Clock& clock) {
    const auto deadline = Deadline::in(clock, kPatience);
    net::ProxyReader reader;
    while (reader.wanted() > 0) {
        stream.set_read_limit(reader.wanted());
        const auto octets = co_await stream.read_some(deadline);
        if (!octets) co_return fail(std::string{name(octets.error())});
        reader.received(*octets);
    }
    stream.set_read_limit(0);
    const auto& outcome = *reader.outcome();
    if (!outcome) co_return fail(std::string{name(outcome.error())});
    if (const auto& ends = outcome->ends) stream.behind_proxy(ends->client, ends->server);
    co_return Result<void, std::string>{};
}

}  // namespace signet::submission

#include "app/name_service.h"

#include "net/dns_resolver.h"

#include <unistd.h>
#include <utility>

namespace signet::app {
namespace {

// Without an anchor nothing would be proven, and nobody would notice.
Result<std::string, StartFault> trust_anchor_of(const settings::DnsSettings& settings) {
    if (settings.dnssec == "off") return std::string{};
    if (!settings.trust_anchor.empty()) return settings.trust_anchor;
    if (::access(kRootKey, R_OK) == 0) return std::string{kRootKey};
    return fail(StartFault::settings(
        std::string{"dns: there is no trust anchor for DNSSEC at "} + kRootKey +
        "; install dns-root-data, or name a file in dns.trust_anchor, or write dnssec = \"off\""));
}

}  // namespace

Result<std::shared_ptr<dns::Resolver>, StartFault> NameService::resolver(
    const settings::DnsSettings& settings) {
    if (resolver_ && made_from_ == settings) return resolver_;
    auto anchor = trust_anchor_of(settings);
    if (!anchor) return fail(std::move(anchor.error()));
    net::DnsOptions options{.trust_anchor = std::move(*anchor)};
    for (const auto& server : settings.servers) options.servers.push_back({server.ip, server.port});
    auto made = net::make_dns_resolver(options);
    if (!made) return fail(StartFault::settings("dns: " + made.error()));
    resolver_ = std::move(*made);
    made_from_ = settings;
    return resolver_;
}

}  // namespace signet::app

// The resolver that routes to mail exchangers use.
#pragma once

#include "app/start_fault.h"
#include "base/result.h"
#include "dns/resolver.h"
#include "settings/snapshot.h"

#include <memory>

namespace signet::app {

// Debian's package dns-root-data keeps the root's key there, and keeps it up to date.
inline constexpr const char* kRootKey = "/usr/share/dns/root.key";

// Of one thread at a time; the resolvers it gives are everybody's.
class NameService {
public:
    // The one that these settings describe: made at the first call, and anew when they differ, so
    // that a reload keeps the cache.  Deliveries under way keep the resolver they began with.
    Result<std::shared_ptr<dns::Resolver>, StartFault> resolver(
        const settings::DnsSettings& settings);

private:
    settings::DnsSettings made_from_;
    std::shared_ptr<dns::Resolver> resolver_;
};

}  // namespace signet::app

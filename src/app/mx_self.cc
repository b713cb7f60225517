#include "app/mx_self.h"

#include <algorithm>
#include <iterator>

namespace signet::app {

relay::Self mx_self(const settings::Snapshot& settings, unsigned port,
                    const std::vector<IpAddress>& own_addresses) {
    relay::Self self;
    if (auto name = dns::Name::parse(settings.hostname)) self.names.push_back(std::move(*name));
    for (const auto& listener : settings.listeners) {
        for (const auto& bound : listener.bind) {
            const auto address = parse_ip(bound.ip);
            if (bound.port != port || !address) continue;
            const bool every = *address == IpAddress{.v6 = address->v6};
            if (!every) self.addresses.push_back(*address);
            if (every) {
                std::ranges::copy_if(own_addresses, std::back_inserter(self.addresses),
                                     [&](const IpAddress& own) { return own.v6 == address->v6; });
            }
        }
    }
    return self;
}

}  // namespace signet::app

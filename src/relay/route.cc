#include "relay/route.h"

#include "mail/domain_pattern.h"

#include <algorithm>
#include <utility>

namespace signet::relay {

const Route* find_route(std::span<const Route> routes, std::string_view domain) {
    const auto found = std::ranges::find_if(routes, [&](const Route& route) {
        return std::ranges::any_of(
            route.match, [&](const auto& pattern) { return mail::domain_fits(pattern, domain); });
    });
    return found == routes.end() ? nullptr : &*found;
}

void RouteTable::set(Routes routes) {
    auto fresh = std::make_shared<const Routes>(std::move(routes));
    const std::lock_guard lock{mutex_};
    routes_.swap(fresh);
}

std::shared_ptr<const Routes> RouteTable::get() const {
    const std::lock_guard lock{mutex_};
    return routes_;
}

}  // namespace signet::relay

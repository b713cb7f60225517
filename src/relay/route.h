// Which way a recipient's mail goes: the first route whose match fits the domain.
#pragma once

#include "relay/transport.h"

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::relay {

struct Route {
    std::string name;
    std::vector<std::string> match;  // mail/domain_pattern.h
    std::shared_ptr<Transport> transport;
};
using Routes = std::vector<Route>;

// Null: none fits.
const Route* find_route(std::span<const Route> routes, std::string_view domain);

// The routes in force: swapped whole at a reload; an attempt keeps those it began with.  Safe for
// concurrent use.
class RouteTable {
public:
    explicit RouteTable(Routes routes = {}) { set(std::move(routes)); }
    void set(Routes routes);
    std::shared_ptr<const Routes> get() const;

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Routes> routes_;
};

}  // namespace signet::relay

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

// A pattern is a domain ("example.com", "[192.0.2.1]"), all names below one ("*.example.com", but
// not example.com itself), or everything ("*").  Compared without case.
bool fits(std::string_view pattern, std::string_view domain);

struct Route {
    std::string name;
    std::vector<std::string> match;
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

// Which way a recipient's mail goes: the first route of which every condition holds.
#pragma once

#include "mail/mailbox.h"
#include "relay/pace.h"
#include "relay/transport.h"

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::relay {

// What mail must be like to go a route.
struct Match {
    std::vector<std::string> domains{};   // of the recipient: mail/domain_pattern.h
    std::vector<std::string> senders{};   // mail/mailbox_pattern.h, or "<>"; empty: any
    std::vector<std::string> accounts{};  // base/wildcard.h; empty: any, and none
};

// A message to one recipient, as far as routes look at it.
struct Passage {
    std::string_view domain;  // the recipient's
    const mail::ReversePath& sender;
    std::string_view account;  // who submitted it; empty: nobody who is known, whom no pattern fits
};

// The first condition that does not hold.
enum class Mismatch {
    domain,
    sender,
    account
};
std::string_view name(Mismatch mismatch);
std::optional<Mismatch> mismatch(const Match& match, const Passage& passage);

struct Route {
    std::string name;
    Match match;
    std::shared_ptr<Transport> transport;
    Pace pace = {};
};
using Routes = std::vector<Route>;

// Null: none fits.
const Route* find_route(std::span<const Route> routes, const Passage& passage);

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

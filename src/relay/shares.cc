#include "relay/shares.h"

#include <algorithm>
#include <utility>

namespace signet::relay {

Shares::Hold::Hold(Shares& shares, std::vector<std::string> routes)
    : shares_(&shares), routes_(std::move(routes)) {
    for (const auto& route : routes_) ++shares_->held_[route];
}

Shares::Hold::~Hold() {
    if (!shares_) return;
    for (const auto& route : routes_) {
        if (--shares_->held_[route] == 0) shares_->held_.erase(route);
    }
}

std::optional<Shares::Hold> Shares::take(const std::vector<std::string>& routes) {
    const auto is_full = [this](const std::string& route) {
        const auto found = held_.find(route);
        return found != held_.end() && found->second >= most_;
    };
    if (std::ranges::any_of(routes, is_full)) return {};
    return Hold{*this, routes};
}

}  // namespace signet::relay

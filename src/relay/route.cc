#include "relay/route.h"

#include "base/wildcard.h"
#include "mail/domain_pattern.h"
#include "mail/mailbox_pattern.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

constexpr std::string_view kNullSender = "<>";

bool sender_fits(std::string_view pattern, const mail::ReversePath& sender) {
    if (sender.is_null()) return pattern == kNullSender;
    return mail::mailbox_fits(pattern, *sender.mailbox);
}

bool account_fits(std::string_view pattern, std::string_view account) {
    return !account.empty() && wildcard_fits(pattern, account);
}

}  // namespace

std::string_view name(Mismatch mismatch) {
    switch (mismatch) {
    case Mismatch::domain: return "domain";
    case Mismatch::sender: return "sender";
    case Mismatch::account: return "account";
    }
    std::unreachable();
}

std::optional<Mismatch> mismatch(const Match& match, const Passage& passage) {
    const auto any = [](const auto& patterns, auto fits, const auto& what) {
        return std::ranges::any_of(patterns, [&](const auto& one) { return fits(one, what); });
    };
    if (!any(match.domains, mail::domain_fits, passage.domain)) return Mismatch::domain;
    if (!match.senders.empty() && !any(match.senders, sender_fits, passage.sender)) {
        return Mismatch::sender;
    }
    if (!match.accounts.empty() && !any(match.accounts, account_fits, passage.account)) {
        return Mismatch::account;
    }
    return std::nullopt;
}

const Route* find_route(std::span<const Route> routes, const Passage& passage) {
    const auto found = std::ranges::find_if(
        routes, [&](const Route& route) { return !mismatch(route.match, passage); });
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

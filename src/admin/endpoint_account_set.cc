#include "admin/common.h"
#include "admin/limits.h"

#include <algorithm>

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"name",
                                            "addresses",
                                            "add_addresses",
                                            "remove_addresses",
                                            "may_submit",
                                            kLimitParameters[0],
                                            kLimitParameters[1],
                                            kLimitParameters[2],
                                            kLimitParameters[3]};

using Addresses = std::vector<identity::SendAs>;

struct Wanted {
    std::optional<Addresses> all;
    Addresses more, fewer;
    std::optional<bool> may_submit;
    WantedLimits limits;
};

Result<Wanted, Fault> wanted_of(const Request& request) {
    Wanted wanted;
    wanted.may_submit = request.flag("may_submit");
    auto limits = wanted_limits(request);
    if (!limits) return fail(limits.error());
    wanted.limits = *limits;
    if (const auto* texts = request.list("addresses")) {
        auto addresses = addresses_of(*texts);
        if (!addresses) return fail(addresses.error());
        wanted.all = std::move(*addresses);
    }
    for (const auto& [name, into] :
         {std::pair{"add_addresses", &wanted.more}, std::pair{"remove_addresses", &wanted.fewer}}) {
        const auto* texts = request.list(name);
        auto addresses = addresses_of(texts ? *texts : std::vector<std::string>{});
        if (!addresses) return fail(addresses.error());
        *into = std::move(*addresses);
    }
    return wanted;
}

bool contains(const Addresses& addresses, const identity::SendAs& address) {
    return std::ranges::find(addresses, address) != addresses.end();
}

Addresses changed(Addresses addresses, const Wanted& wanted) {
    if (wanted.all) addresses = *wanted.all;
    for (const auto& address : wanted.more) {
        if (!contains(addresses, address)) addresses.push_back(address);
    }
    std::erase_if(addresses, [&](const auto& address) { return contains(wanted.fewer, address); });
    return addresses;
}

void apply(const Wanted& wanted, identity::Account& account, std::vector<audit::Change>& changes) {
    auto addresses = changed(account.send_as, wanted);
    for (const auto& address : addresses) {
        if (!contains(account.send_as, address))
            changes.push_back({"addresses", "", address.text()});
    }
    for (const auto& address : account.send_as) {
        if (!contains(addresses, address)) changes.push_back({"addresses", address.text(), ""});
    }
    account.send_as = std::move(addresses);
    if (wanted.may_submit && *wanted.may_submit != account.may_submit) {
        changes.push_back({"may_submit", account.may_submit ? "true" : "false",
                           *wanted.may_submit ? "true" : "false"});
        account.may_submit = *wanted.may_submit;
    }
    apply(wanted.limits, account.limits, changes);
}

Task<Outcome> handle(const Services& services, Request request) {
    auto wanted = wanted_of(request);
    if (!wanted) co_return fail(wanted.error());
    co_return co_await update_account(services, std::move(request), "account.updated",
                                      [wanted = std::move(*wanted)](auto& account, auto& changes) {
                                          apply(wanted, account, changes);
                                      });
}

}  // namespace

constinit const Endpoint endpoint_account_set{"account.set", kParameters, handle};

}  // namespace signet::admin

#include "admin/common.h"
#include "admin/limits.h"

#include <algorithm>

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"name",
                                            "addresses",
                                            "add_addresses",
                                            "remove_addresses",
                                            "groups",
                                            "add_groups",
                                            "remove_groups",
                                            "may_submit",
                                            kLimitParameters[0],
                                            kLimitParameters[1],
                                            kLimitParameters[2],
                                            kLimitParameters[3]};

// What a list becomes: another one, or what it is with some more and some fewer.
template <class Item>
struct Edit {
    std::optional<std::vector<Item>> all = {};
    std::vector<Item> more = {}, fewer = {};
};

struct Wanted {
    Edit<identity::SendAs> addresses;
    Edit<std::string> groups;
    std::optional<bool> may_submit;
    WantedLimits limits;
};

Result<Wanted, Fault> wanted_of(const Request& request) {
    Wanted wanted;
    wanted.may_submit = request.flag("may_submit");
    auto limits = wanted_limits(request);
    if (!limits) return fail(limits.error());
    wanted.limits = *limits;
    for (const auto& [name, into] : {std::pair{"add_addresses", &wanted.addresses.more},
                                     std::pair{"remove_addresses", &wanted.addresses.fewer},
                                     std::pair{"addresses", &wanted.addresses.all.emplace()}}) {
        const auto* texts = request.list(name);
        auto addresses = addresses_of(texts ? *texts : std::vector<std::string>{});
        if (!addresses) return fail(addresses.error());
        *into = std::move(*addresses);
    }
    for (const auto& [name, into] : {std::pair{"add_groups", &wanted.groups.more},
                                     std::pair{"remove_groups", &wanted.groups.fewer},
                                     std::pair{"groups", &wanted.groups.all.emplace()}}) {
        auto groups = groups_of(request, name);
        if (!groups) return fail(groups.error());
        *into = std::move(*groups);
    }
    if (request.list("addresses") == nullptr) wanted.addresses.all.reset();
    if (request.list("groups") == nullptr) wanted.groups.all.reset();
    return wanted;
}

std::string text_of(const identity::SendAs& address) { return address.text(); }
const std::string& text_of(const std::string& group) { return group; }

template <class Item>
bool contains(const std::vector<Item>& items, const Item& item) {
    return std::ranges::find(items, item) != items.end();
}

template <class Item>
void apply(const Edit<Item>& edit, std::vector<Item>& items, const std::string& what,
           std::vector<audit::Change>& changes) {
    auto next = edit.all.value_or(items);
    for (const auto& item : edit.more) {
        if (!contains(next, item)) next.push_back(item);
    }
    std::erase_if(next, [&](const auto& item) { return contains(edit.fewer, item); });
    for (const auto& item : next) {
        if (!contains(items, item)) changes.push_back({what, "", text_of(item)});
    }
    for (const auto& item : items) {
        if (!contains(next, item)) changes.push_back({what, text_of(item), ""});
    }
    items = std::move(next);
}

void apply(const Wanted& wanted, identity::Account& account, std::vector<audit::Change>& changes) {
    apply(wanted.addresses, account.send_as, "addresses", changes);
    apply(wanted.groups, account.groups, "groups", changes);
    std::ranges::sort(account.groups);
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

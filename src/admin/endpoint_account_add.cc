#include "admin/common.h"
#include "admin/limits.h"
#include "admin/password.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"name",
                                            "addresses",
                                            "groups",
                                            "password",
                                            "hash",
                                            "generate",
                                            kLimitParameters[0],
                                            kLimitParameters[1],
                                            kLimitParameters[2],
                                            kLimitParameters[3]};

// An account whose name is an address may send as it; others only as what they are given.
Result<std::vector<identity::SendAs>, Fault> all_addresses(const std::string& name,
                                                           const Request& request) {
    const auto* texts = request.list("addresses");
    auto addresses = addresses_of(texts ? *texts : std::vector<std::string>{});
    if (!addresses) return addresses;
    auto own = identity::parse_send_as(name);
    if (own && !own->local_part.empty() &&
        std::ranges::find(*addresses, *own) == addresses->end()) {
        addresses->insert(addresses->begin(), std::move(*own));
    }
    return addresses;
}

Fault taken(Fault fault, const std::string& name) {
    if (fault.kind == Fault::Kind::conflict) fault.message = "there is an account " + name;
    return fault;
}

std::string done(const Services& services, const identity::Account& account,
                 const std::optional<Secret>& generated) {
    auto object = boost::json::parse(account_json(services, account)).as_object();
    if (generated) object["password"] = generated->reveal();
    return boost::json::serialize(object);
}

Task<Outcome> handle(const Services& services, Request request) {
    const auto name = account_name_of(request);
    if (!name) co_return fail(name.error());
    auto addresses = all_addresses(*name, request);
    if (!addresses) co_return fail(addresses.error());
    const auto limits = wanted_limits(request);
    if (!limits) co_return fail(limits.error());
    const auto groups = groups_of(request, "groups");
    if (!groups) co_return fail(groups.error());

    // Hashing is dear: not for a name that is taken.
    const auto found = co_await services.accounts.find(*name);
    if (!found) co_return fail(fault_of(found.error()));
    if (*found) co_return fail(taken(fault_of(StoreFault::conflict), *name));
    identity::Account account;
    account.name = *name;
    account.send_as = std::move(*addresses);
    account.groups = *groups;
    auto password = co_await new_password(services, account, request);
    if (!password) co_return fail(password.error());
    account.password().secret = std::move(password->hash);
    account.password().verifiers = std::move(password->verifiers);
    std::vector<audit::Change> changes;
    apply(*limits, account.limits, changes);
    const auto added = co_await services.accounts.add(std::move(account));
    if (!added) co_return fail(taken(fault_of(added.error()), *name));

    auto event = account_event(services, request, "account.created", *name);
    for (const auto& address : added->send_as) {
        event.change.push_back({"addresses", "", address.text()});
    }
    for (const auto& group : added->groups) event.change.push_back({"groups", "", group});
    event.change.insert(event.change.end(), changes.begin(), changes.end());
    if (!added->password_hash().empty()) event.change.push_back({"password", "", "***"});
    services.audit.record(std::move(event));
    co_return Answer{{}, done(services, *added, password->generated)};
}

}  // namespace

constinit const Endpoint endpoint_account_add{"account.add", kParameters, handle};

}  // namespace signet::admin

#include "admin/common.h"

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"name"};

Task<Outcome> handle(const Services& services, Request request) {
    const auto name = account_name_of(request);
    if (!name) co_return fail(name.error());
    const auto found = co_await services.accounts.find(*name);
    if (!found) co_return fail(fault_of(found.error()));
    if (!*found) co_return fail(not_found("account", *name));
    co_return Answer{{}, account_json(services, **found)};
}

}  // namespace

constinit const Endpoint endpoint_account_show{"account.show", kParameters, handle};

}  // namespace signet::admin

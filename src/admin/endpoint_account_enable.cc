// account.enable and account.disable.
#include "admin/common.h"

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"name"};

ChangeAccount to(bool enabled) {
    return [enabled](identity::Account& account, std::vector<audit::Change>& changes) {
        if (account.enabled == enabled) return;
        changes.push_back({"enabled", enabled ? "false" : "true", enabled ? "true" : "false"});
        account.enabled = enabled;
    };
}

Task<Outcome> enable(const Services& services, Request request) {
    return update_account(services, std::move(request), "account.enabled", to(true));
}

Task<Outcome> disable(const Services& services, Request request) {
    return update_account(services, std::move(request), "account.disabled", to(false));
}

}  // namespace

constinit const Endpoint endpoint_account_enable{"account.enable", kParameters, enable};
constinit const Endpoint endpoint_account_disable{"account.disable", kParameters, disable};

}  // namespace signet::admin

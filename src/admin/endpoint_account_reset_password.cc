#include "admin/common.h"
#include "admin/password.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"name", "password", "hash", "generate"};

Task<Outcome> handle(const Services& services, Request request) {
    const auto name = account_name_of(request);
    if (!name) co_return fail(name.error());
    const auto found = co_await services.accounts.find(*name);
    if (!found) co_return fail(fault_of(found.error()));
    if (!*found) co_return fail(not_found("account", *name));

    auto password = co_await new_password(services, **found, request);
    if (!password) co_return fail(password.error());
    if (password->hash.empty()) {
        co_return fail(Fault{Fault::Kind::usage, "a password, a hash or `generate` is needed"});
    }
    auto outcome = co_await update_account(
        services, std::move(request), "password.reset",
        [hash = std::move(password->hash), verifiers = std::move(password->verifiers)](
            auto& account, auto& changes) {
            account.password().secret = hash;
            account.password().verifiers = verifiers;
            account.password().created = {};
            changes.push_back({"password", "***", "***"});
        });
    if (outcome && password->generated) {
        auto object = boost::json::parse(outcome->done).as_object();
        object["password"] = password->generated->reveal();
        outcome->done = boost::json::serialize(object);
    }
    co_return std::move(outcome);
}

}  // namespace

constinit const Endpoint endpoint_account_reset_password{"account.reset-password", kParameters,
                                                         handle};

}  // namespace signet::admin

#include "admin/common.h"
#include "admin/credential_request.h"
#include "admin/password.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"name",     "password", "hash",
                                            "generate", "keep_old", "keep_old_idle_days"};

// How long the old password goes on beside the new one; an id of none: not at all.
Result<identity::Credential, Fault> old_life_of(const Request& request, WallTime now) {
    identity::Credential life;
    Request wanted;
    if (const auto until = request.text("keep_old"); !until.empty()) {
        wanted.texts["expires"] = until;
    }
    if (const auto days = request.number("keep_old_idle_days")) wanted.numbers["idle_days"] = *days;
    if (wanted.texts.empty() && wanted.numbers.empty()) return life;
    std::vector<audit::Change> none;
    if (auto done = apply(wanted, now, life, none); !done) return fail(done.error());
    if (!life.expires && !life.idle_limit) {
        return fail(Fault{Fault::Kind::usage, "an old password that is kept has an end"});
    }
    life.id = "old-password";
    return life;
}

// Of two passwords that are kept, the older one goes: two live secrets are enough.
void keep_old(const identity::Credential& life, identity::Account& account,
              std::vector<audit::Change>& changes) {
    std::erase_if(account.credentials, [](const auto& one) { return one.id == "old-password"; });
    if (life.id.empty() || account.password_hash().empty()) return;
    auto old = account.password();
    old.id = life.id;
    old.label = "the password before the last change";
    old.expires = life.expires;
    old.idle_limit = life.idle_limit;
    account.credentials.push_back(std::move(old));
    account.password() = identity::Credential{.id = std::string{identity::kMainPassword}};
    changes.push_back({"old-password", "", "kept for a while"});
}

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
    const auto old = old_life_of(request, services.clock.wall());
    if (!old) co_return fail(old.error());
    auto outcome = co_await update_account(
        services, std::move(request), "password.reset",
        [hash = std::move(password->hash), verifiers = std::move(password->verifiers), old = *old](
            auto& account, auto& changes) {
            keep_old(old, account, changes);
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

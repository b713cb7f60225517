#include "admin/common.h"
#include "audit/timestamp.h"
#include "base/text.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signet::admin {
namespace {

boost::json::value last_reload_json(const std::optional<LastReload>& last) {
    if (!last) return nullptr;
    boost::json::object object{{"time", audit::timestamp(last->when)}, {"done", last->done}};
    if (!last->done) object["why"] = last->why;
    return object;
}

// Accounts that cannot use SCRAM yet.  nullopt: nobody is to.
Task<Result<std::optional<std::uint64_t>, StoreFault>> without_verifier(const Services& services) {
    if (services.passwords.verifiers == nullptr || !services.passwords.verifiers->kept()) {
        co_return std::optional<std::uint64_t>{};
    }
    const auto census = co_await services.accounts.census();
    if (!census) co_return fail(census.error());
    std::uint64_t most = 0;
    for (const auto& [kind, count] : *census) {
        if (services.passwords.verifiers->keeps(kind)) most = std::max(most, count.without);
    }
    co_return std::optional{most};
}

boost::json::array certificates_json(const std::vector<CertificateStatus>& certificates) {
    boost::json::array all;
    for (const auto& certificate : certificates) {
        boost::json::array names;
        for (const auto& name : certificate.names) names.emplace_back(sanitised(name, 255));
        all.push_back(boost::json::object{{"file", certificate.file},
                                          {"kind", certificate.kind},
                                          {"names", std::move(names)},
                                          {"not_after", audit::timestamp(certificate.not_after)},
                                          {"trouble", certificate.trouble}});
    }
    return all;
}

Task<Outcome> handle(const Services& services, Request) {
    const auto without = co_await without_verifier(services);
    if (!without) co_return fail(fault_of(without.error()));
    const auto status = services.status();
    boost::json::array listeners;
    for (const auto& listener : status.listeners) listeners.emplace_back(listener);
    boost::json::object object{{"kind", "status"},
                               {"api_version", 1},
                               {"state", status.draining ? "draining" : "running"},
                               {"version", status.version},
                               {"started", audit::timestamp(status.started)},
                               {"time", audit::timestamp(services.clock.wall())},
                               {"listeners", std::move(listeners)},
                               {"connections", status.connections},
                               {"messages_accepted", status.accepted},
                               {"messages_delivered", status.delivered},
                               {"password_checks_waiting", status.hash_waiting},
                               {"last_reload", last_reload_json(status.last_reload)},
                               {"certificates", certificates_json(status.certificates)}};
    if (*without) object["accounts_without_scram"] = **without;
    co_return Answer{{}, boost::json::serialize(object)};
}

}  // namespace

constinit const Endpoint endpoint_status{"status", {}, handle};

}  // namespace signet::admin

#include "admin/endpoint.h"
#include "audit/timestamp.h"
#include "base/text.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

boost::json::value last_reload_json(const std::optional<LastReload>& last) {
    if (!last) return nullptr;
    boost::json::object object{{"time", audit::timestamp(last->when)}, {"done", last->done}};
    if (!last->done) object["why"] = last->why;
    return object;
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
    const auto status = services.status();
    boost::json::array listeners;
    for (const auto& listener : status.listeners) listeners.emplace_back(listener);
    co_return Answer{{},
                     boost::json::serialize(boost::json::object{
                         {"kind", "status"},
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
                         {"certificates", certificates_json(status.certificates)}})};
}

}  // namespace

constinit const Endpoint endpoint_status{"status", {}, handle};

}  // namespace signet::admin

#include "admin/endpoint.h"
#include "audit/timestamp.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

Task<Outcome> handle(const Services& services, Request) {
    const auto status = services.status();
    boost::json::array listeners;
    for (const auto& listener : status.listeners) listeners.emplace_back(listener);
    co_return Answer{{},
                     boost::json::serialize(
                         boost::json::object{{"kind", "status"},
                                             {"api_version", 1},
                                             {"state", status.draining ? "draining" : "running"},
                                             {"version", status.version},
                                             {"started", audit::timestamp(status.started)},
                                             {"time", audit::timestamp(services.clock.wall())},
                                             {"listeners", std::move(listeners)},
                                             {"connections", status.connections},
                                             {"messages_accepted", status.accepted},
                                             {"messages_delivered", status.delivered},
                                             {"password_checks_waiting", status.hash_waiting}})};
}

}  // namespace

constinit const Endpoint endpoint_status{"status", {}, handle};

}  // namespace signet::admin

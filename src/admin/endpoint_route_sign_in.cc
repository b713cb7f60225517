// route.login, route.login_poll and route.try: how a route signs in at its smart host.
#include "admin/common.h"
#include "admin/sign_ins.h"
#include "audit/timestamp.h"

#include <boost/json.hpp>

#include <utility>

namespace signet::admin {
namespace {

namespace json = boost::json;

constexpr std::string_view kParameters[] = {"name"};

Fault no_server() { return {Fault::Kind::failed, "no server runs, so nobody signs in"}; }

json::object object_of(std::string_view kind, const std::string& route) {
    return {{"kind", kind}, {"api_version", 1}, {"name", route}};
}

Answer done(const json::object& object) { return {{}, json::serialize(object)}; }

json::array array_of(const std::vector<std::string>& words) {
    json::array array;
    for (const auto& word : words) array.emplace_back(word);
    return array;
}

Task<Outcome> login(const Services& services, Request request) {
    auto* sign_ins = services.outbound.sign_ins;
    if (sign_ins == nullptr) co_return fail(no_server());
    const auto route = request.text("name");
    const auto begun = co_await sign_ins->begin_login(route);
    if (!begun) co_return fail(begun.error());
    auto object = object_of("route_login", route);
    object["state"] = "waiting";
    object["address"] = begun->address;
    object["code"] = begun->code;
    object["expires_in"] = begun->life.count();
    object["interval"] = begun->interval.count();
    co_return done(object);
}

void record_login(const Services& services, const Request& request, const std::string& route) {
    audit::Event event;
    event.time = services.clock.wall();
    event.id = services.ids.next();
    event.event = "route.login";
    event.service = "relay";
    event.actor = request.actor;
    event.target = {"route", {}, route};
    services.audit.record(std::move(event));
}

Task<Outcome> poll(const Services& services, Request request) {
    auto* sign_ins = services.outbound.sign_ins;
    if (sign_ins == nullptr) co_return fail(no_server());
    const auto route = request.text("name");
    const auto waits = co_await sign_ins->poll_login(route);
    if (!waits) co_return fail(waits.error());
    auto object = object_of("route_login", route);
    object["state"] = *waits ? "waiting" : "agreed";
    if (*waits) {
        object["interval"] = (*waits)->count();
    } else {
        record_login(services, request, route);
    }
    co_return done(object);
}

json::object json_of(const oauth::TokenLook& token) {
    json::object object{{"issuer", token.issuer},
                        {"tenant", token.tenant},
                        {"client", token.client},
                        {"object", token.object},
                        {"user", token.user},
                        {"audience", array_of(token.audience)},
                        {"roles", array_of(token.roles)},
                        {"scopes", array_of(token.scopes)}};
    if (token.expires) object["expires"] = audit::timestamp(*token.expires);
    return object;
}

Task<Outcome> try_route(const Services& services, Request request) {
    auto* sign_ins = services.outbound.sign_ins;
    if (sign_ins == nullptr) co_return fail(no_server());
    const auto route = request.text("name");
    const auto trial = co_await sign_ins->try_sign_in(route);
    if (!trial) co_return fail(trial.error());
    auto object = object_of("route_sign_in", route);
    object["user"] = trial->user;
    object["by"] = trial->by_token ? "token" : "password";
    if (!trial->token_fault.empty()) object["token_fault"] = trial->token_fault;
    if (trial->token) object["token"] = json_of(*trial->token);
    if (!trial->secret_expires.empty()) object["secret_expires"] = trial->secret_expires;
    json::array hosts;
    for (const auto& host : trial->hosts) {
        hosts.push_back(
            json::object{{"host", host.host}, {"signed_in", host.signed_in}, {"said", host.said}});
    }
    object["hosts"] = std::move(hosts);
    object["missing"] = array_of(trial->missing);
    co_return done(object);
}

}  // namespace

constinit const Endpoint endpoint_route_login{"route.login", kParameters, login};
constinit const Endpoint endpoint_route_login_poll{"route.login_poll", kParameters, poll};
constinit const Endpoint endpoint_route_try{"route.try", kParameters, try_route};

}  // namespace signet::admin

// route.list, route.pause and route.resume: which ways out are in use.
#include "admin/common.h"

#include "base/text.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"name"};

std::string route_json(std::string_view name, bool paused, std::string_view match = {}) {
    boost::json::object object{{"kind", "route"},
                               {"api_version", 1},
                               {"name", name},
                               {"state", paused ? "paused" : "in use"}};
    if (!match.empty()) object["match"] = match;
    return boost::json::serialize(object);
}

std::vector<settings::RouteSettings> routes_of(const Services& services) {
    return services.settings ? services.settings()->routes : std::vector<settings::RouteSettings>{};
}

std::string match_text(const settings::RouteSettings& route) {
    std::string text;
    for (const auto& domain : route.match) text += (text.empty() ? "" : " ") + domain;
    return text;
}

Task<Outcome> list(const Services& services, Request) {
    Answer answer;
    const auto paused =
        services.outbound.ways ? services.outbound.ways->paused() : std::vector<std::string>{};
    const auto routes = routes_of(services);
    for (const auto& route : routes) {
        const bool is_paused = std::ranges::count(paused, route.name) > 0;
        answer.items.push_back(route_json(route.name, is_paused, match_text(route)));
    }
    answer.done =
        R"({"kind":"route_list","api_version":1,"count":)" + std::to_string(routes.size()) + "}";
    co_return answer;
}

// One that is so already is no fault, and no event.
Task<Outcome> steer(const Services& services, Request request, bool pause) {
    const auto name = request.text("name");
    const auto shown = sanitised(name, 64);
    const auto routes = routes_of(services);
    if (std::ranges::find(routes, name, &settings::RouteSettings::name) == routes.end()) {
        co_return fail(not_found("route", shown));
    }
    if (services.outbound.ways == nullptr) {
        co_return fail(Fault{Fault::Kind::failed, "no server runs, so nothing is delivered"});
    }
    const bool changed =
        pause ? services.outbound.ways->pause(name) : services.outbound.ways->resume(name);
    if (changed) {
        services.audit.record(
            route_event(services, request, pause ? "route.paused" : "route.resumed", name));
    }
    co_return Answer{{}, route_json(name, pause)};
}

Task<Outcome> pause(const Services& services, Request request) {
    return steer(services, std::move(request), true);
}
Task<Outcome> resume(const Services& services, Request request) {
    return steer(services, std::move(request), false);
}

}  // namespace

constinit const Endpoint endpoint_route_list{"route.list", {}, list};
constinit const Endpoint endpoint_route_pause{"route.pause", kParameters, pause};
constinit const Endpoint endpoint_route_resume{"route.resume", kParameters, resume};

}  // namespace signet::admin

// route.list, route.pause and route.resume: which ways out are in use.
#include "admin/common.h"
#include "admin/pausing.h"

#include "base/text.h"

#include <algorithm>

namespace signet::admin {
namespace {

using Kind = queue::Pause::Kind;

constexpr std::string_view kParameters[] = {"name"};

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
    const auto paused = pauses_of(services, Kind::route);
    const auto routes = routes_of(services);
    for (const auto& route : routes) {
        const auto found = std::ranges::find(paused, route.name, &queue::Pause::name);
        const auto* pause = found == paused.end() ? nullptr : &*found;
        answer.items.push_back(way_json(Kind::route, route.name, pause, match_text(route)));
    }
    answer.done =
        R"({"kind":"route_list","api_version":1,"count":)" + std::to_string(routes.size()) + "}";
    co_return answer;
}

Task<Outcome> steer_route(const Services& services, Request request, bool pause) {
    const auto name = request.text("name");
    const auto routes = routes_of(services);
    if (std::ranges::find(routes, name, &settings::RouteSettings::name) == routes.end()) {
        co_return fail(not_found("route", sanitised(name, 64)));
    }
    co_return co_await steer(services, std::move(request), {Kind::route, name}, pause);
}

Task<Outcome> pause(const Services& services, Request request) {
    return steer_route(services, std::move(request), true);
}
Task<Outcome> resume(const Services& services, Request request) {
    return steer_route(services, std::move(request), false);
}

}  // namespace

constinit const Endpoint endpoint_route_list{"route.list", {}, list};
constinit const Endpoint endpoint_route_pause{"route.pause", kParameters, pause};
constinit const Endpoint endpoint_route_resume{"route.resume", kParameters, resume};

}  // namespace signet::admin

#include "admin/pausing.h"

#include "admin/common.h"
#include "audit/timestamp.h"
#include "base/text.h"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace signet::admin {
namespace {

constexpr std::size_t kShownBy = 64;

Task<Outcome> changed(const Services& services, const Request& request, const queue::Pause& what,
                      bool pause) {
    const auto event = std::string{name(what.kind)} + (pause ? ".paused" : ".resumed");
    services.audit.record(pause_event(services, request, event, what));
    const auto kept = co_await services.outbound.ways->keep();
    if (!kept) {
        co_return fail(Fault{Fault::Kind::failed,
                             "it is done, but a restart will not know of it: " + kept.error()});
    }
    co_return Answer{{}, way_json(what.kind, what.name, pause ? &what : nullptr)};
}

}  // namespace

std::vector<queue::Pause> pauses_of(const Services& services, queue::Pause::Kind kind) {
    if (services.outbound.ways == nullptr) return {};
    auto pauses = services.outbound.ways->paused();
    std::erase_if(pauses, [kind](const queue::Pause& pause) { return pause.kind != kind; });
    return pauses;
}

std::string way_json(queue::Pause::Kind kind, std::string_view name, const queue::Pause* pause,
                     std::string_view match) {
    boost::json::object object{{"kind", queue::name(kind)},
                               {"api_version", 1},
                               {"name", name},
                               {"state", pause ? "paused" : "in use"}};
    if (!match.empty()) object["match"] = match;
    if (pause) {
        object["since"] = audit::timestamp(pause->since);
        object["by"] = pause->by;
    }
    return boost::json::serialize(object);
}

Task<Outcome> steer(const Services& services, Request request, queue::Pause what, bool pause) {
    auto* ways = services.outbound.ways;
    if (ways == nullptr) {
        co_return fail(Fault{Fault::Kind::failed, "no server runs, so nothing is delivered"});
    }
    what.since = services.clock.wall();
    what.by = sanitised(request.actor.name, kShownBy);
    const bool done = pause ? ways->pause(what) : ways->resume(what.kind, what.name);
    if (done) co_return co_await changed(services, request, what, pause);
    const auto all = pauses_of(services, what.kind);
    const auto before = std::ranges::find(all, what.name, &queue::Pause::name);
    const auto* known = before == all.end() ? nullptr : &*before;
    co_return Answer{{}, way_json(what.kind, what.name, known)};
}

}  // namespace signet::admin

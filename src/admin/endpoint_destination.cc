// destination.list, destination.pause and destination.resume: recipients' domains that get nothing
// for a while, whatever route leads there; and what cannot be reached just now.
#include "admin/common.h"
#include "admin/pausing.h"

#include "audit/timestamp.h"
#include "base/text.h"
#include "mail/mailbox.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

using Kind = queue::Pause::Kind;

constexpr std::string_view kParameters[] = {"domain"};

std::string down_json(const DownDestination& down) {
    return boost::json::serialize(
        boost::json::object{{"kind", "destination"},
                            {"api_version", 1},
                            {"name", down.domain.empty() ? "*" : down.domain},
                            {"state", "down"},
                            {"since", audit::timestamp(down.asked)},
                            {"route", down.route},
                            {"reply", down.reply}});
}

Task<Outcome> list(const Services& services, Request) {
    Answer answer;
    for (const auto& pause : pauses_of(services, Kind::destination)) {
        answer.items.push_back(way_json(Kind::destination, pause.name, &pause));
    }
    if (services.outbound.ways) {
        for (const auto& one : services.outbound.ways->down()) {
            answer.items.push_back(down_json(one));
        }
    }
    answer.done = R"({"kind":"destination_list","api_version":1,"count":)" +
                  std::to_string(answer.items.size()) + "}";
    co_return answer;
}

Task<Outcome> steer_destination(const Services& services, Request request, bool pause) {
    const auto domain = mail::parse_domain(request.text("domain"));
    if (!domain) {
        const auto shown = sanitised(request.text("domain"), 64);
        co_return fail(Fault{Fault::Kind::usage, "`" + shown + "` is not a domain"});
    }
    if (pause && pauses_of(services, Kind::destination).size() >= queue::kMostPauses / 2) {
        co_return fail(Fault{Fault::Kind::failed, "so many are paused that no more can be kept"});
    }
    co_return co_await steer(services, std::move(request), {Kind::destination, *domain}, pause);
}

Task<Outcome> pause(const Services& services, Request request) {
    return steer_destination(services, std::move(request), true);
}
Task<Outcome> resume(const Services& services, Request request) {
    return steer_destination(services, std::move(request), false);
}

}  // namespace

constinit const Endpoint endpoint_destination_list{"destination.list", {}, list};
constinit const Endpoint endpoint_destination_pause{"destination.pause", kParameters, pause};
constinit const Endpoint endpoint_destination_resume{"destination.resume", kParameters, resume};

}  // namespace signet::admin

// queue.summary: how many messages of which kind.  Goes over the whole queue, page by page.
#include "admin/common.h"
#include "audit/timestamp.h"
#include "base/text.h"
#include "queue/summary.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signet::admin {
namespace {

namespace json = boost::json;
using By = queue::Summary::By;

constexpr std::string_view kParameters[] = {"top",     "sender", "recipient", "domain", "reply",
                                            "account", "state",  "since",     "before", "ids"};
constexpr std::size_t kPage = 1'000;
constexpr std::uint64_t kTop = 10, kMostTop = 100;  // an answer is one line of at most 1 MiB

json::array parts_json(const queue::Summary& summary, By by, std::size_t count) {
    json::array parts;
    for (const auto& part : summary.top(by, count)) {
        const auto name = part.name.empty() ? "<>" : sanitised(part.name, 1'024);
        json::object one{{"name", name},
                         {"messages", part.messages},
                         {"size", part.octets},
                         {"oldest", audit::timestamp(part.oldest)}};
        if (part.next_try) one["next_try"] = audit::timestamp(*part.next_try);
        parts.push_back(std::move(one));
    }
    return parts;
}

json::array ages_json(const queue::Summary& summary) {
    json::array ages;
    for (const auto& age : summary.ages()) {
        json::object one{{"messages", age.messages}};
        if (age.under != std::chrono::seconds::max()) one["under_seconds"] = age.under.count();
        ages.push_back(std::move(one));
    }
    return ages;
}

std::string summary_json(const queue::Summary& summary, std::size_t count) {
    const auto& all = summary.all();
    json::object object{{"kind", "queue_summary"},
                        {"api_version", 1},
                        {"messages", all.messages},
                        {"size", all.octets},
                        {"last", summary.last()},
                        {"by_state", parts_json(summary, By::state, count)},
                        {"by_domain", parts_json(summary, By::domain, count)},
                        {"by_sender", parts_json(summary, By::sender, count)},
                        {"by_reply", parts_json(summary, By::reply, count)},
                        {"by_age", ages_json(summary)},
                        {"some_left_out", summary.left_some_out()}};
    if (all.messages > 0) object["oldest"] = audit::timestamp(all.oldest);
    return json::serialize(object);
}

Task<Outcome> handle(const Services& services, Request request) {
    const auto filter = filter_of(request);
    if (!filter) co_return fail(filter.error());
    const auto count = std::clamp<std::uint64_t>(request.number("top").value_or(kTop), 1, kMostTop);
    queue::Summary summary;
    for (queue::QueueId after;;) {
        const auto page = co_await services.queue.list(after, kPage);
        if (!page) co_return fail(fault_of(page.error()));
        if (page->empty()) break;
        after = page->back().id;
        const auto now = services.clock.wall();
        for (const auto& entry : *page) {
            if (matches(*filter, entry)) summary.add(entry, now);
        }
    }
    co_return Answer{{}, summary_json(summary, count)};
}

}  // namespace

constinit const Endpoint endpoint_queue_summary{"queue.summary", kParameters, handle};

}  // namespace signet::admin

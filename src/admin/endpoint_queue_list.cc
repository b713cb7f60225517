#include "admin/common.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signet::admin {
namespace {

// A page: `after` is that of the page before.  `more` in the answer: there may be another.  A page
// is a part of the queue that was looked at; how much of it fits the filter is another matter.
constexpr std::string_view kParameters[] = {"after",  "count",  "sender",  "recipient",
                                            "domain", "reply",  "account", "state",
                                            "since",  "before", "ids"};
constexpr std::uint64_t kPage = 200;

Task<Outcome> handle(const Services& services, Request request) {
    const auto filter = filter_of(request);
    if (!filter) co_return fail(filter.error());
    const auto count = std::clamp<std::uint64_t>(request.number("count").value_or(kPage), 1, kPage);
    const auto entries = co_await services.queue.list(request.text("after"), count);
    if (!entries) co_return fail(fault_of(entries.error()));
    Answer answer;
    for (const auto& entry : *entries) {
        if (matches(*filter, entry)) answer.items.push_back(entry_json(entry));
    }
    answer.done = boost::json::serialize(
        boost::json::object{{"kind", "message_list"},
                            {"api_version", 1},
                            {"count", answer.items.size()},
                            {"after", entries->empty() ? "" : entries->back().id},
                            {"more", entries->size() == count}});
    co_return std::move(answer);
}

}  // namespace

constinit const Endpoint endpoint_queue_list{"queue.list", kParameters, handle};

}  // namespace signet::admin

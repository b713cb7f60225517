#include "admin/common.h"

#include <algorithm>

namespace signet::admin {
namespace {

// A page: `after` is the last id of the one before.  `more` in the answer: there may be another.
constexpr std::string_view kParameters[] = {"after", "count"};
constexpr std::uint64_t kPage = 200;

Task<Outcome> handle(const Services& services, Request request) {
    const auto count = std::clamp<std::uint64_t>(request.number("count").value_or(kPage), 1, kPage);
    const auto entries = co_await services.queue.list(request.text("after"), count);
    if (!entries) co_return fail(fault_of(entries.error()));
    Answer answer;
    for (const auto& entry : *entries) answer.items.push_back(entry_json(entry));
    answer.done = R"({"kind":"message_list","api_version":1,"count":)" +
                  std::to_string(entries->size()) +
                  (entries->size() == count ? R"(,"more":true})" : R"(,"more":false})");
    co_return std::move(answer);
}

}  // namespace

constinit const Endpoint endpoint_queue_list{"queue.list", kParameters, handle};

}  // namespace signet::admin

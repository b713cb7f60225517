#include "admin/common.h"

#include <algorithm>

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"group"};

// group: only accounts that are in it.
Task<Outcome> handle(const Services& services, Request request) {
    const auto group = request.text("group");
    const auto accounts = co_await services.accounts.list();
    if (!accounts) co_return fail(fault_of(accounts.error()));
    Answer answer;
    for (const auto& account : *accounts) {
        if (!group.empty() && std::ranges::count(account.groups, group) == 0) continue;
        answer.items.push_back(account_json(services, account));
    }
    answer.done = R"({"kind":"account_list","api_version":1,"count":)" +
                  std::to_string(answer.items.size()) + "}";
    co_return std::move(answer);
}

}  // namespace

constinit const Endpoint endpoint_account_list{"account.list", kParameters, handle};

}  // namespace signet::admin

#include "admin/common.h"

namespace signet::admin {
namespace {

Task<Outcome> handle(const Services& services, Request) {
    const auto accounts = co_await services.accounts.list();
    if (!accounts) co_return fail(fault_of(accounts.error()));
    Answer answer;
    for (const auto& account : *accounts) answer.items.push_back(account_json(services, account));
    answer.done = R"({"kind":"account_list","api_version":1,"count":)" +
                  std::to_string(accounts->size()) + "}";
    co_return std::move(answer);
}

}  // namespace

constinit const Endpoint endpoint_account_list{"account.list", {}, handle};

}  // namespace signet::admin

// account.reconcile: which accounts nobody stands behind any more, and their end.
#include "admin/common.h"
#include "admin/reconciling.h"
#include "base/text.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"store", "list", "at_most", "apply"};
constexpr std::uint64_t kAll = 100;  // percent

boost::json::array texts(const std::vector<std::string>& all) {
    boost::json::array array;
    for (const auto& one : all) array.emplace_back(sanitised(one, 1'000));
    return array;
}

Task<Outcome> handle(const Services& services, Request request) {
    auto* reconciling = services.sign_ins.reconciling;
    if (reconciling == nullptr) {
        co_return fail(Fault{Fault::Kind::failed, "no server runs, so no store is open"});
    }
    WantedReconcile wanted{.store = request.text("store"),
                           .list = request.text("list"),
                           .apply = request.flag("apply").value_or(false)};
    if (const auto most = request.number("at_most")) {
        if (*most > kAll) co_return fail(Fault{Fault::Kind::usage, "`at_most` is a percentage"});
        wanted.at_most = static_cast<unsigned>(*most);
    }
    const bool apply = wanted.apply;
    const auto done = co_await reconciling->reconcile(std::move(wanted), request.actor);
    if (!done) co_return fail(Fault{Fault::Kind::failed, done.error()});
    Answer answer;
    for (const auto& leaver : done->plan.leavers) {
        answer.items.push_back(
            boost::json::serialize(boost::json::object{{"kind", "leaver"},
                                                       {"api_version", 1},
                                                       {"account", leaver.account},
                                                       {"why", sanitised(leaver.why, 1'000)}}));
    }
    answer.done =
        boost::json::serialize(boost::json::object{{"kind", "reconciled"},
                                                   {"api_version", 1},
                                                   {"from", sanitised(done->from, 1'000)},
                                                   {"people", done->plan.people},
                                                   {"compared", done->plan.compared},
                                                   {"leavers", done->plan.leavers.size()},
                                                   {"refusal", done->plan.refusal},
                                                   {"applied", apply && done->plan.refusal.empty()},
                                                   {"disabled", done->disabled.size()},
                                                   {"failed", texts(done->failed)},
                                                   {"notes", texts(done->notes)}});
    co_return answer;
}

}  // namespace

constinit const Endpoint endpoint_account_reconcile{"account.reconcile", kParameters, handle};

}  // namespace signet::admin

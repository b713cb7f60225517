// store.list, store.test and store.migrate: where accounts are, whether a sign-in would go
// through, and the tables that Signet keeps there.
#include "admin/common.h"

#include "base/text.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

constexpr std::string_view kMigrateParameters[] = {"name"};
constexpr std::string_view kTestParameters[] = {"name", "login", "password"};
constexpr std::size_t kLongestLogin = 1'024;

Fault no_server() { return {Fault::Kind::failed, "no server runs, so no store is open"}; }

boost::json::array texts(const std::vector<std::string>& all) {
    boost::json::array array;
    for (const auto& one : all) array.emplace_back(one);
    return array;
}

Task<Outcome> list(const Services& services, Request) {
    if (services.sign_ins.stores == nullptr) co_return fail(no_server());
    Answer answer;
    for (const auto& store : services.sign_ins.stores->list()) {
        answer.items.push_back(
            boost::json::serialize(boost::json::object{{"kind", "store"},
                                                       {"api_version", 1},
                                                       {"name", store.name},
                                                       {"type", store.kind},
                                                       {"domains", texts(store.domains)},
                                                       {"state", store.state}}));
    }
    answer.done = R"({"kind":"store_list","api_version":1,"count":)" +
                  std::to_string(answer.items.size()) + "}";
    co_return answer;
}

Task<Outcome> test(const Services& services, Request request) {
    if (services.sign_ins.stores == nullptr) co_return fail(no_server());
    const auto name = request.text("name"), login = request.text("login");
    if (login.empty() || login.size() > kLongestLogin) {
        co_return fail(Fault{Fault::Kind::usage, "a login has 1 to 1024 octets"});
    }
    if (!request.password) co_return fail(Fault{Fault::Kind::usage, "there is no password"});
    const auto trial =
        co_await services.sign_ins.stores->test(name, login, std::move(*request.password));
    if (!trial) co_return fail(not_found("store", sanitised(name, 64)));
    std::vector<std::string> steps;
    for (const auto& step : trial->steps) steps.push_back(sanitised(step, 1'000));
    co_return Answer{{},
                     boost::json::serialize(boost::json::object{{"kind", "store_trial"},
                                                                {"api_version", 1},
                                                                {"name", name},
                                                                {"outcome", trial->outcome},
                                                                {"steps", texts(steps)}})};
}

Task<Outcome> migrate(const Services& services, Request request) {
    if (services.sign_ins.stores == nullptr) co_return fail(no_server());
    const auto name = request.text("name");
    const auto migrated = co_await services.sign_ins.stores->migrate(name);
    if (!migrated) co_return fail(not_found("store", sanitised(name, 64)));
    std::vector<std::string> steps;
    for (const auto& step : migrated->steps) steps.push_back(sanitised(step, 1'000));
    auto event = store_event(services, request, "store.migrated", name);
    if (!migrated->done) {
        event.outcome = audit::Outcome::failure;
        event.reason = "unavailable";
    }
    if (!steps.empty()) event.detail = steps.back();
    services.audit.record(std::move(event));
    co_return Answer{{},
                     boost::json::serialize(boost::json::object{{"kind", "store_migration"},
                                                                {"api_version", 1},
                                                                {"name", name},
                                                                {"done", migrated->done},
                                                                {"steps", texts(steps)}})};
}

}  // namespace

constinit const Endpoint endpoint_store_migrate{"store.migrate", kMigrateParameters, migrate};
constinit const Endpoint endpoint_store_list{"store.list", {}, list};
constinit const Endpoint endpoint_store_test{"store.test", kTestParameters, test};

}  // namespace signet::admin

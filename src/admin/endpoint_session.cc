// session.list and session.end: who is signed in now, and who shall be no longer.
#include "admin/common.h"
#include "admin/sessions.h"
#include "audit/timestamp.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

constexpr std::string_view kListParameters[] = {"name"};
constexpr std::string_view kEndParameters[] = {"name", "id"};
constexpr std::size_t kMost = 10'000;  // that are shown

Fault no_server() { return {Fault::Kind::failed, "no server runs, so nobody is signed in"}; }

std::string session_json(const OpenSession& session) {
    return boost::json::serialize(boost::json::object{{"kind", "session"},
                                                      {"api_version", 1},
                                                      {"id", session.id},
                                                      {"account", session.account},
                                                      {"actor", session.actor},
                                                      {"credential", session.credential},
                                                      {"mechanism", session.mechanism},
                                                      {"client", session.client},
                                                      {"tls", session.tls},
                                                      {"listener", session.listener},
                                                      {"since", audit::timestamp(session.since)},
                                                      {"messages", session.messages}});
}

// Empty: everybody's.  The account need not be one of ours: other stores have some, too.
Result<std::string, Fault> account_of(const Request& request) {
    if (request.text("name").empty()) return std::string{};
    return account_name_of(request);
}

Task<Outcome> list(const Services& services, Request request) {
    auto* sessions = services.sign_ins.sessions;
    if (sessions == nullptr) co_return fail(no_server());
    const auto account = account_of(request);
    if (!account) co_return fail(account.error());
    Answer answer;
    for (const auto& session : sessions->list(*account, kMost)) {
        answer.items.push_back(session_json(session));
    }
    answer.done = R"({"kind":"session_list","api_version":1,"count":)" +
                  std::to_string(sessions->count(*account)) + "}";
    co_return answer;
}

Task<Outcome> end(const Services& services, Request request) {
    auto* sessions = services.sign_ins.sessions;
    if (sessions == nullptr) co_return fail(no_server());
    const auto account = account_name_of(request);
    if (!account) co_return fail(account.error());
    const auto id = request.text("id");
    const auto count = sessions->end(*account, id);
    if (count == 0) co_return fail(not_found("open session of", *account));
    auto event = account_event(services, request, "account.sessions_ended", *account);
    event.session_id = id;
    event.detail = std::to_string(count) + " sessions end at their next command";
    services.audit.record(std::move(event));
    co_return Answer{{},
                     boost::json::serialize(boost::json::object{{"kind", "sessions_ended"},
                                                                {"api_version", 1},
                                                                {"account", *account},
                                                                {"count", count}})};
}

}  // namespace

constinit const Endpoint endpoint_session_list{"session.list", kListParameters, list};
constinit const Endpoint endpoint_session_end{"session.end", kEndParameters, end};

}  // namespace signet::admin

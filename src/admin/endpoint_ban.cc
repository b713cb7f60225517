// ban.list and ban.delete: who may not try passwords, and who may again.
#include "admin/common.h"

#include "audit/timestamp.h"
#include "base/ip.h"
#include "base/text.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

constexpr std::string_view kDeleteParameters[] = {"network", "account"};

std::string ban_json(const limits::Ban& ban) {
    boost::json::object object{{"kind", "ban"},
                               {"api_version", 1},
                               {"network", ban.network},
                               {"scope", ban.account ? "account" : "network"},
                               {"until", audit::timestamp(ban.until)}};
    if (ban.account && !ban.account->empty()) object["account"] = *ban.account;
    return boost::json::serialize(object);
}

// "192.0.2.1", or any address of an IPv6 network: people copy what stands in a log.
std::optional<std::string> network_of(std::string_view text) {
    if (const auto address = parse_ip(text)) return client_network(address->text());
    const auto network = parse_network(text);
    if (!network) return {};
    return client_network(network->base.text());
}

Task<Outcome> list(const Services& services, Request) {
    if (services.sign_ins.bans == nullptr)
        co_return Answer{{}, R"({"kind":"ban_list","api_version":1})"};
    const auto bans = co_await services.sign_ins.bans->list();
    if (!bans) co_return fail(fault_of(bans.error()));
    Answer answer;
    for (const auto& ban : *bans) answer.items.push_back(ban_json(ban));
    answer.done =
        R"({"kind":"ban_list","api_version":1,"count":)" + std::to_string(bans->size()) + "}";
    co_return answer;
}

Task<Outcome> lift(const Services& services, Request request) {
    const auto shown = sanitised(request.text("network"), 60);
    const auto network = network_of(request.text("network"));
    if (!network) {
        co_return fail(Fault{Fault::Kind::usage, "`" + shown + "` is no address and no network"});
    }
    std::optional<std::string> account;
    if (!request.text("account").empty()) account = lower(request.text("account"));
    if (services.sign_ins.bans == nullptr) co_return fail(not_found("ban of", *network));
    const auto lifted = co_await services.sign_ins.bans->lift(*network, account);
    if (!lifted) co_return fail(fault_of(lifted.error()));
    if (*lifted == 0) co_return fail(not_found("ban of", *network));
    services.audit.record(ban_event(services, request, "ban.removed", *network, account));
    boost::json::object object{
        {"kind", "bans_deleted"}, {"api_version", 1}, {"network", *network}, {"count", *lifted}};
    co_return Answer{{}, boost::json::serialize(object)};
}

}  // namespace

constinit const Endpoint endpoint_ban_list{"ban.list", {}, list};
constinit const Endpoint endpoint_ban_delete{"ban.delete", kDeleteParameters, lift};

}  // namespace signet::admin

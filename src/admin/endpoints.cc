// The table of endpoints.
#include "admin/endpoint.h"

#include "base/text.h"

#include <array>

namespace signet::admin {
namespace {

constexpr std::array kEndpoints{&endpoint_status,
                                &endpoint_reload,
                                &endpoint_account_list,
                                &endpoint_account_show,
                                &endpoint_account_add,
                                &endpoint_account_set,
                                &endpoint_account_enable,
                                &endpoint_account_disable,
                                &endpoint_account_delete,
                                &endpoint_account_reset_password,
                                &endpoint_account_reconcile,
                                &endpoint_credential_list,
                                &endpoint_credential_add,
                                &endpoint_credential_set,
                                &endpoint_credential_revoke,
                                &endpoint_credential_delete,
                                &endpoint_queue_list,
                                &endpoint_queue_show,
                                &endpoint_queue_summary,
                                &endpoint_queue_hold,
                                &endpoint_queue_release,
                                &endpoint_queue_retry,
                                &endpoint_queue_delete,
                                &endpoint_queue_bounce,
                                &endpoint_ban_list,
                                &endpoint_ban_delete,
                                &endpoint_issuer_list,
                                &endpoint_issuer_test,
                                &endpoint_route_list,
                                &endpoint_route_pause,
                                &endpoint_route_resume,
                                &endpoint_route_login,
                                &endpoint_route_login_poll,
                                &endpoint_route_try,
                                &endpoint_destination_list,
                                &endpoint_destination_pause,
                                &endpoint_destination_resume,
                                &endpoint_session_list,
                                &endpoint_session_end,
                                &endpoint_store_list,
                                &endpoint_store_migrate,
                                &endpoint_store_test};

}  // namespace

std::string_view name(Fault::Kind kind) {
    switch (kind) {
    case Fault::Kind::usage: return "usage";
    case Fault::Kind::not_allowed: return "not_allowed";
    case Fault::Kind::not_found: return "not_found";
    case Fault::Kind::conflict: return "conflict";
    case Fault::Kind::try_later: return "try_later";
    case Fault::Kind::failed: return "failed";
    }
    std::unreachable();
}

std::span<const Endpoint* const> endpoints() { return kEndpoints; }

Task<Outcome> answer(const Services& services, Request request) {
    for (const auto* endpoint : kEndpoints) {
        if (endpoint->method != request.method) continue;
        const auto unknown = request.unknown_parameter(endpoint->parameters);
        if (!unknown.empty()) {
            co_return fail(Fault{Fault::Kind::usage,
                                 request.method + " has no parameter " + sanitised(unknown, 60)});
        }
        co_return co_await endpoint->handle(services, std::move(request));
    }
    co_return fail(
        Fault{Fault::Kind::usage, "there is no method " + sanitised(request.method, 60)});
}

}  // namespace signet::admin

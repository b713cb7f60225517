#include "submission/trusted_network.h"

#include "base/ip.h"

#include <algorithm>

namespace signet::submission {
namespace {

bool counts_here(const settings::NetworkSettings& network, const Session& session) {
    if (network.listeners.empty()) return session.role == smtp::Role::mx;
    return std::ranges::find(network.listeners, session.listener) != network.listeners.end();
}

identity::Login login_of(const settings::NetworkSettings& network) {
    identity::Login login;
    login.account = login.authcid = network.name;
    login.method = identity::kNetworkMethod;
    for (const auto& text : network.send_as) {
        if (auto one = identity::parse_send_as(text)) login.send_as.push_back(std::move(*one));
    }
    login.recipient_domains = network.recipients;
    login.limits.messages = network.messages;
    return login;
}

}  // namespace

std::optional<identity::Login> trusted_login(const Session& session,
                                             const settings::Snapshot& settings) {
    const auto address = parse_ip(session.peer.ip);
    if (!address) return {};
    for (const auto& network : settings.networks) {
        const bool inside = std::ranges::any_of(
            network.from, [&](const IpNetwork& from) { return from.contains(*address); });
        if (inside && counts_here(network, session)) return login_of(network);
    }
    return {};
}

}  // namespace signet::submission

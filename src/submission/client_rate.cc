#include "submission/client_rate.h"

#include "submission/proxy_header.h"
#include "submission/trail.h"

namespace signet::submission {
namespace {

using Of = limits::Key::Of;

bool is_this_machine(const std::string& ip) {
    static const IpNetwork loopbacks[] = {*parse_network("127.0.0.0/8"), *parse_network("::1")};
    const auto address = parse_ip(ip);
    return address && (loopbacks[0].contains(*address) || loopbacks[1].contains(*address));
}

}  // namespace

std::optional<std::string> counted_network(const Session& session,
                                           std::span<const IpNetwork> proxies) {
    if (is_this_machine(session.peer.ip) || is_proxy(session.peer, proxies)) return {};
    return client_network(session.peer.ip);
}

Task<bool> may_connect(const std::optional<std::string>& network, const Session& session,
                       const Services& services) {
    if (!network) co_return true;
    const auto decision =
        co_await services.rates.take({.key = {Of::client_connections, *network},
                                      .rate = services.settings.limits.client.connection_rate});
    if (!decision) record_uncounted(session, services, decision.error());
    co_return !decision || decision->allowed;
}

// Not recorded if it cannot be counted: the connection was, or its event says that it was not.
Task<bool> may_ask(const std::optional<std::string>& network, const smtp::Event& command,
                   const Services& services) {
    if (!network || std::get_if<smtp::Quit>(&command)) co_return true;
    const auto decision =
        co_await services.rates.take({.key = {Of::client_commands, *network},
                                      .rate = services.settings.limits.client.command_rate});
    if (!decision || decision->allowed) co_return true;
    co_return std::get_if<smtp::Bdat>(&command) || std::get_if<smtp::Refused>(&command);
}

}  // namespace signet::submission

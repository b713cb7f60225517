#include "app/carrier.h"

#include "app/load_settings.h"
#include "app/mx_self.h"
#include "app/transport_meter.h"
#include "net/own_addresses.h"
#include "net/timer.h"
#include "relay/transport_maildir.h"
#include "relay/transport_mx.h"
#include "relay/transport_smarthost.h"
#include "smtp/client_protocol.h"

#include <algorithm>
#include <utility>

namespace signet::app {
namespace {

using TransportResult = Result<std::shared_ptr<relay::Transport>, StartFault>;

smtp::TlsPolicy policy_of(const std::string& name) {
    if (name == "opportunistic") return smtp::TlsPolicy::opportunistic;
    if (name == "none") return smtp::TlsPolicy::none;
    return smtp::TlsPolicy::verified;
}

StartFault wrong(const settings::RouteSettings& route, const std::string& why) {
    return StartFault::settings("route " + route.name + ": " + why);
}

TransportResult make_smart_host(const settings::RouteSettings& route,
                                const settings::Snapshot& settings, const Clock& clock) {
    const auto& wanted = *route.smart_host;
    relay::NextHop host;
    host.host = wanted.host;
    host.port = wanted.port;
    host.implicit_tls = wanted.implicit_tls;
    host.tls = policy_of(wanted.tls);
    host.user = wanted.user;
    host.hostname = settings.hostname;
    host.timeout = settings.queue.delivery_timeout;
    auto tls = net::TlsClientContext::load(
        {.verify = host.tls == smtp::TlsPolicy::verified, .ca = wanted.ca});
    if (!tls) return fail(wrong(route, tls.error()));
    host.tls_context = std::move(*tls);
    if (!wanted.password.empty()) {
        auto password = read_secret(wanted.password);
        if (!password) return fail(wrong(route, password.error()));
        host.password = std::move(*password);
    }
    return std::shared_ptr{relay::make_smart_host_transport(std::move(host), clock)};
}

relay::Services services_of(const settings::Snapshot& settings, const relay::RouteTable& routes,
                            Ground& ground, Keeper& keeper) {
    return {
        .store = keeper.queue(),
        .routes = routes,
        .clock = ground.clock,
        .entropy = ground.entropy,
        .ids = ground.ids,
        .sleep = [](std::chrono::milliseconds span) { return net::sleep_for(span); },
        .warn = [&log = ground.log](std::string text) { log.write(observe::Level::warning, text); },
        .hostname = settings.hostname,
        .retry = {.first = settings.queue.retry_first,
                  .max = settings.queue.retry_max,
                  .lifetime = settings.queue.lifetime}};
}

}  // namespace

Carrier::Carrier(const settings::Snapshot& settings, Ground& ground, Keeper& keeper)
    : concurrency_(settings.queue.delivery_concurrency),
      ground_(ground),
      keeper_(keeper),
      services_(services_of(settings, routes_, ground, keeper)) {}

TransportResult Carrier::make_mx(const settings::RouteSettings& route,
                                 const settings::Snapshot& settings) {
    auto resolver = names_.resolver(settings.dns);
    if (!resolver) return fail(resolver.error());
    auto tls = net::TlsClientContext::load({.verify = false, .ca = {}});
    if (!tls) return fail(wrong(route, tls.error()));
    relay::MxOptions options;
    options.hop.port = static_cast<std::uint16_t>(route.mx->port);
    options.hop.tls = policy_of(route.mx->tls);
    options.hop.tls_context = std::move(*tls);
    options.hop.hostname = settings.hostname;
    options.hop.timeout = settings.queue.delivery_timeout;
    options.rules = {.self = mx_self(settings, route.mx->port, net::own_addresses()),
                     .private_addresses = route.mx->private_addresses};
    return std::shared_ptr{relay::make_mx_transport(std::move(options), std::move(*resolver),
                                                    ground_.clock, ground_.entropy)};
}

TransportResult Carrier::transport_of(const settings::RouteSettings& route,
                                      const settings::Snapshot& settings) {
    if (route.mx) return make_mx(route, settings);
    if (route.smart_host) return make_smart_host(route, settings, ground_.clock);
    return std::shared_ptr{relay::make_maildir_transport(
        {.path = route.maildir, .hostname = settings.hostname}, keeper_.disk_pool())};
}

Result<relay::Routes, StartFault> Carrier::prepare(const settings::Snapshot& settings) {
    relay::Routes routes;
    for (const auto& route : settings.routes) {
        auto transport = transport_of(route, settings);
        if (!transport) return fail(transport.error());
        const auto tls = route.smart_host ? route.smart_host->tls
                         : route.mx       ? route.mx->tls
                                          : std::string{};
        routes.push_back(
            {route.name,
             {route.match, route.senders, route.accounts},
             metered(std::move(*transport), ground_.metrics, ground_.clock, route.name, tls)});
    }
    return routes;
}

void Carrier::start(net::IoThreads& io) {
    relay::WorkerOptions options;
    options.concurrency = std::max(1u, concurrency_ / io.size());
    for (unsigned thread = 0; thread < io.size(); ++thread) {
        options.rescue = thread == 0;
        auto spawn = [&io, thread](Task<void> task) { io.spawn(thread, std::move(task)); };
        workers_.push_back(std::make_unique<relay::Worker>(services_, options, std::move(spawn)));
        io.spawn(thread, workers_.back()->run());
    }
}

void Carrier::stop() {
    for (const auto& worker : workers_) worker->stop();
}

}  // namespace signet::app

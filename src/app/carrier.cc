#include "app/carrier.h"

#include "app/load_settings.h"
#include "app/mx_self.h"
#include "app/transport_meter.h"
#include "identity/expand.h"
#include "net/own_addresses.h"
#include "net/timer.h"
#include "observe/catalogue.h"
#include "relay/transport_discard.h"
#include "relay/transport_maildir.h"
#include "relay/transport_mx.h"
#include "relay/transport_smarthost.h"
#include "settings/address.h"
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

using TlsResult = Result<std::shared_ptr<const net::TlsClientContext>, StartFault>;

TlsResult tls_of(const settings::RouteSettings& route, bool verify, const std::string& ca) {
    auto tls = net::TlsClientContext::load({.verify = verify,
                                            .ca = ca,
                                            .certificate = route.outbound.certificate,
                                            .key = route.outbound.key});
    if (!tls) return fail(wrong(route, tls.error()));
    return std::move(*tls);
}

// What all next hops of a route have in common.
relay::NextHop hop_of(const settings::RouteSettings& route, const settings::Snapshot& settings) {
    relay::NextHop hop;
    hop.hostname = route.outbound.ehlo.empty() ? settings.hostname : route.outbound.ehlo;
    for (const auto& source : route.outbound.source) hop.source.push_back(*parse_ip(source));
    hop.patience.step = settings.queue.delivery_timeout;
    return hop;
}

std::shared_ptr<relay::Transport> make_lmtp(const settings::RouteSettings& route,
                                            const settings::Snapshot& settings,
                                            const Clock& clock) {
    std::vector<relay::NextHop> hosts;
    for (const auto& text : route.lmtp) {
        auto host = hop_of(route, settings);
        const bool is_path = text.starts_with('/');
        const auto address = is_path ? settings::Address{text, 0}
                                     : *settings::parse_host_and_port(text, settings::kLmtpPort);
        host.host = address.ip;
        host.port = address.port;
        host.lmtp = true;
        host.tls = smtp::TlsPolicy::none;
        hosts.push_back(std::move(host));
    }
    return relay::make_smart_host_transport(std::move(hosts), clock);
}

relay::Services services_of(const settings::Snapshot& settings, const relay::RouteTable& routes,
                            relay::Pacing& pacing, relay::Destinations& destinations,
                            Ground& ground, Keeper& keeper) {
    return {
        .store = keeper.queue(),
        .routes = routes,
        .ways = {pacing, destinations},
        .clock = ground.clock,
        .entropy = ground.entropy,
        .ids = ground.ids,
        .sleep = [](std::chrono::milliseconds span) { return net::sleep_for(span); },
        .warn = [&log = ground.log](std::string text) { log.write(observe::Level::warning, text); },
        .hostname = settings.hostname,
        .retry = {.first = settings.queue.retry_first,
                  .max = settings.queue.retry_max,
                  .lifetime = settings.queue.lifetime},
        .delay_notice = settings.queue.delay_notice};
}

}  // namespace

Carrier::Carrier(const settings::Snapshot& settings, Ground& ground, Keeper& keeper)
    : concurrency_(settings.queue.delivery_concurrency),
      ground_(ground),
      keeper_(keeper),
      access_(settings.storage.path, ground, keeper),
      aliases_(settings.aliases.table),
      pacing_(ground.clock),
      kept_pauses_(settings.storage.path),
      // Less than a message's own first pause, so that who has failed finds out for himself.
      destinations_(ground.clock, std::chrono::microseconds{settings.queue.retry_first} / 2),
      services_(services_of(settings, routes_, pacing_, destinations_, ground, keeper)) {
    services_.expand = [this](mail::Recipient to) { return expand(std::move(to)); };
    ground.metrics.on_scrape(observe::metric::kDestinationsDown, [this] {
        return std::vector<observe::Sample>{{{}, static_cast<double>(destinations_.size())}};
    });
}

admin::Outbound Carrier::outbound() {
    return {.give_up = [this](queue::QueueId id,
                              audit::Event by) { return give_up(std::move(id), std::move(by)); },
            .ways = this,
            .sign_ins = &access_};
}

std::vector<admin::DownDestination> Carrier::down() const {
    constexpr std::size_t kShown = 1'000;
    std::vector<admin::DownDestination> all;
    for (auto& one : destinations_.list(kShown)) {
        all.push_back(
            {std::move(one.route), std::move(one.domain), std::move(one.reply), one.asked});
    }
    return all;
}

void Carrier::put_in_force(relay::Routes routes, aliases::TablePtr aliases) {
    routes_.set(std::move(routes));
    access_.put_in_force();
    aliases_.set(std::move(aliases));
    destinations_.forget();  // they may be somewhere else now
}

Task<std::vector<mail::Recipient>> Carrier::expand(mail::Recipient recipient) {
    const auto table = aliases_.get();  // kept until the end: a reload may come
    co_return co_await identity::expand_or_keep(*table, std::move(recipient), keeper_.recipients());
}

// Null: it does not sign in.
Result<std::shared_ptr<const relay::SignIn>, StartFault> Carrier::sign_in_of(
    const settings::RouteSettings& route) {
    const auto& wanted = *route.smart_host;
    if (wanted.user.empty()) return nullptr;
    if (wanted.oauth) {
        auto tokens = access_.tokens_of(route);
        if (!tokens) return fail(wrong(route, tokens.error()));
        return std::make_shared<const relay::SignIn>(wanted.user, Secret{}, wanted.mechanisms,
                                                     ground_.entropy, access_.salting(),
                                                     std::move(*tokens));
    }
    auto password = read_secret(wanted.password);
    if (!password) return fail(wrong(route, password.error()));
    return std::make_shared<const relay::SignIn>(
        wanted.user, std::move(*password), wanted.mechanisms, ground_.entropy, access_.salting());
}

TransportResult Carrier::make_smart_host(const settings::RouteSettings& route,
                                         const settings::Snapshot& settings) {
    const auto& wanted = *route.smart_host;
    const auto policy = policy_of(wanted.tls);
    const auto tls = tls_of(route, policy == smtp::TlsPolicy::verified, wanted.ca);
    if (!tls) return fail(tls.error());
    const auto sign_in = sign_in_of(route);
    if (!sign_in) return fail(sign_in.error());
    std::vector<relay::NextHop> hosts;
    for (const auto& address : wanted.hosts) {
        auto host = hop_of(route, settings);
        host.host = address.host;
        host.port = address.port;
        host.implicit_tls = address.implicit_tls;
        host.tls = policy;
        host.tls_context = *tls;
        host.sign_in = *sign_in;
        hosts.push_back(std::move(host));
    }
    access_.add(route, hosts);
    return std::shared_ptr{relay::make_smart_host_transport(std::move(hosts), ground_.clock)};
}

TransportResult Carrier::make_mx(const settings::RouteSettings& route,
                                 const settings::Snapshot& settings) {
    auto resolver = names_.resolver(settings.dns);
    if (!resolver) return fail(resolver.error());
    auto tls = tls_of(route, false, {});
    if (!tls) return fail(tls.error());
    // Else mail for ourselves would come back to us, and go round.
    const auto own = net::own_addresses();
    if (!own) return fail(StartFault::failed("route " + route.name + ": " + own.error()));
    relay::MxOptions options;
    options.hop = hop_of(route, settings);
    options.hop.port = static_cast<std::uint16_t>(route.mx->port);
    options.hop.tls = policy_of(route.mx->tls);
    options.hop.tls_context = std::move(*tls);
    options.rules = {.self = mx_self(settings, route.mx->port, *own),
                     .private_addresses = route.mx->private_addresses};
    return std::shared_ptr{relay::make_mx_transport(std::move(options), std::move(*resolver),
                                                    ground_.clock, ground_.entropy)};
}

TransportResult Carrier::transport_of(const settings::RouteSettings& route,
                                      const settings::Snapshot& settings) {
    if (route.mx) return make_mx(route, settings);
    if (route.smart_host) return make_smart_host(route, settings);
    if (!route.lmtp.empty()) return make_lmtp(route, settings, ground_.clock);
    if (route.discard) return std::shared_ptr{relay::make_discard_transport()};
    return std::shared_ptr{relay::make_maildir_transport(
        {.path = route.maildir, .hostname = settings.hostname}, keeper_.disk_pool())};
}

Result<relay::Routes, StartFault> Carrier::prepare(const settings::Snapshot& settings) {
    relay::Routes routes;
    access_.begin();
    for (const auto& route : settings.routes) {
        auto transport = transport_of(route, settings);
        if (!transport) return fail(transport.error());
        const auto tls = route.smart_host      ? route.smart_host->tls
                         : route.mx            ? route.mx->tls
                         : !route.lmtp.empty() ? std::string{"none"}
                                               : std::string{};
        routes.push_back(
            {route.name,
             {route.match, route.senders, route.accounts},
             metered(std::move(*transport), ground_.metrics, ground_.clock, route.name, tls),
             {.connections = route.pace.connections, .messages = route.pace.messages}});
    }
    return routes;
}

Result<void, StartFault> Carrier::recall_pauses() {
    const auto pauses = kept_pauses_.read();
    if (!pauses) return fail(StartFault::failed(pauses.error()));
    for (const auto& pause : *pauses) pacing_.pause(pause);
    return {};
}

// The job refers to this coroutine's frame: a WorkerPool always resumes whom it took a job from.
Task<Result<void, std::string>> Carrier::keep() {
    Result<void, std::string> written;
    const bool ran = co_await keeper_.disk_pool().run(
        [&] { written = kept_pauses_.write([this] { return pacing_.paused(); }); });
    if (!ran) co_return fail(std::string{"too much is waiting for the disk"});
    co_return written;
}

void Carrier::start(net::IoThreads& io) {
    relay::WorkerOptions options;
    options.concurrency = std::max(1u, concurrency_ / io.size());
    io.spawn(0, access_.tend());
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

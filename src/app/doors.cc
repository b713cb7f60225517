#include "app/doors.h"

#include "app/descriptors.h"
#include "net/timer.h"
#include "settings/mechanisms.h"
#include "smtp/server_protocol.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace signet::app {
namespace {

smtp::Role role_of(const std::string& name) {
    for (const auto role : {smtp::Role::submissions, smtp::Role::mx}) {
        if (name == smtp::name(role)) return role;
    }
    return smtp::Role::submission;
}

smtp::BareLf bare_lf_of(const std::string& setting) {
    return setting == "normalize" ? smtp::BareLf::normalize : smtp::BareLf::reject;
}

limits::ConnectionLimits connection_limits(const settings::Snapshot& settings) {
    return {.total = connections_that_fit(settings),
            .per_network = settings.limits.client.connections};
}

// Port 0 becomes another port for each listener that asks for it.
bool same_place(const Gate& a, const Gate& b) {
    return a.address.ip == b.address.ip && a.address.port == b.address.port &&
           (a.address.port != 0 || a.listener == b.listener);
}

std::vector<Gate> gates_of(const settings::Snapshot& settings) {
    std::vector<Gate> gates;
    for (const auto& listener : settings.listeners) {
        for (const auto& address : listener.bind) {
            gates.push_back({.listener = listener.name,
                             .address = {address.ip, address.port},
                             .rules = std::make_shared<net::Slot<HouseRules>>(),
                             .tls = std::make_shared<net::TlsServerSlot>(),
                             .open = nullptr});
        }
    }
    return gates;
}

const settings::ListenerSettings& listener_of(const settings::Snapshot& settings,
                                              const std::string& name) {
    return *std::ranges::find(settings.listeners, name, &settings::ListenerSettings::name);
}

}  // namespace

Doors::Doors(const settings::Snapshot& settings, Ground& ground, Keeper& keeper)
    : ground_(ground),
      keeper_(keeper),
      connections_(connection_limits(settings)),
      ticket_keys_(std::make_shared<net::TicketKeys>(ground.clock, ground.entropy,
                                                     settings.tls.ticket_key_life)) {}

namespace {

// Between listening and being in force there is a moment; whoever comes in it waits.  Null: the
// plan was dropped.
Task<std::shared_ptr<const HouseRules>> rules_in_force(const net::Slot<HouseRules>& slot) {
    constexpr std::chrono::milliseconds kMoment{10};
    constexpr int kMoments = 200;
    auto rules = slot.get();
    for (int i = 0; !rules && i < kMoments && co_await net::sleep_for(kMoment); ++i) {
        rules = slot.get();
    }
    co_return rules;
}

}  // namespace

// The rules are kept, and with them the settings, for as long as the session lasts.
Task<void> Doors::serve(std::unique_ptr<net::Stream> stream,
                        std::shared_ptr<const net::Slot<HouseRules>> slot) {
    const auto rules = co_await rules_in_force(*slot);
    if (!rules) {
        co_await stream->close();
        co_return;
    }
    const submission::Services services{
        .clock = ground_.clock,
        .ulids = ground_.ids,
        .credentials = keeper_.credentials().store(),
        .recipients = keeper_.recipients(),
        .queue = keeper_.queue(),
        .audit = keeper_.audit(),
        .connections = connections_,
        .rates = keeper_.rates(),
        .settings = *rules->settings,
        .entropy = ground_.entropy,
        .vouchers = {.tokens = &keeper_.tokens(), .certificates = &keeper_.certificates()},
        .watchers = {.downgrades = &downgrades_, .presences = &presences_}};
    co_await submission::serve_session(std::move(stream), rules->door, services);
}

Result<void, StartFault> Doors::open_gate(net::IoThreads& io, Gate& gate) {
    net::ListenerOptions options;
    options.bind.push_back(gate.address);
    options.tls = gate.tls;
    options.warn = [this, name = gate.listener](const std::string& text) {
        ground_.log.write(observe::Level::warning, "cannot accept a connection",
                          {{"listener", name}, {"detail", text}});
    };
    auto opened = net::Listener::open(
        io, std::move(options), [this, slot = gate.rules](std::unique_ptr<net::Stream> stream) {
            return serve(std::move(stream), slot);
        });
    if (!opened) {
        return fail(StartFault::taken("listener " + gate.listener + ": " + opened.error() +
                                      overlap_with_our_own(gate)));
    }
    gate.open = std::move(*opened);
    return {};
}

// From 0.0.0.0:587 to 127.0.0.1:587, or back: the old one would have to close first, and the new
// one might then fail.
std::string Doors::overlap_with_our_own(const Gate& wanted) const {
    const std::lock_guard lock{mutex_};
    for (const auto& gate : gates_) {
        if (gate.address.port != wanted.address.port) continue;
        return " (this server itself listens on " + gate.address.text() +
               "; to move between addresses of one port needs a restart)";
    }
    return {};
}

bool Doors::is_open(const Gate& wanted) const {
    const std::lock_guard lock{mutex_};
    return std::ranges::any_of(gates_, [&](const Gate& gate) { return same_place(gate, wanted); });
}

Result<Doors::Plan, StartFault> Doors::prepare(net::IoThreads& io, settings::SnapshotPtr next,
                                               std::vector<CertificatePtr> certificates) {
    Plan plan{std::move(next), std::move(certificates), {}};
    plan.gates = gates_of(*plan.settings);
    for (auto& gate : plan.gates) {
        if (is_open(gate)) continue;
        if (auto opened = open_gate(io, gate); !opened) return fail(opened.error());
    }
    return plan;
}

// Takes over what is open already, so that its rules and certificate are swapped and nothing else.
std::unique_ptr<net::Listener> Doors::take_open(Gate& wanted) {
    const auto found =
        std::ranges::find_if(gates_, [&](const Gate& gate) { return same_place(gate, wanted); });
    wanted.rules = found->rules;
    wanted.tls = found->tls;
    auto open = std::move(found->open);
    gates_.erase(found);
    return open;
}

HouseRules Doors::rules_of(const settings::SnapshotPtr& settings, const std::string& name) {
    auto& meter = meters_[name];
    if (!meter) meter = std::make_unique<DoorMeter>(ground_.metrics, name);
    const auto& listener = listener_of(*settings, name);
    return {settings,
            {.listener = name,
             .role = role_of(listener.role),
             .meter = meter.get(),
             .bare_lf = bare_lf_of(listener.bare_newline),
             .proxies = listener.proxies}};
}

// Listeners with the same rules share a context.
void Doors::show_at(const std::vector<Gate>& gates, const settings::Snapshot& settings,
                    const std::vector<CertificatePtr>& certificates) {
    std::map<std::tuple<std::string, std::string, bool>,
             std::shared_ptr<const net::TlsServerContext>>
        contexts;
    const auto authorities = keeper_.certificates().rules()->authorities;
    for (const auto& gate : gates) {
        const auto& listener = listener_of(settings, gate.listener);
        const auto& tls = settings.tls;
        auto rules = std::tuple{listener.tls_min.empty() ? tls.min : listener.tls_min,
                                listener.tls_ciphers.empty() ? tls.ciphers : listener.tls_ciphers,
                                settings::may_be_used("EXTERNAL", listener, settings)};
        auto& context = contexts[rules];
        if (!context) {
            context = net::TlsServerContext::make(
                {.certificates = certificates,
                 .min = std::get<0>(rules),
                 .ciphers = std::get<1>(rules),
                 .ticket_keys = ticket_keys_,
                 .ask_for_certificate = std::get<2>(rules),
                 .authorities =
                     authorities ? authorities->subjects() : std::vector<std::string>{}});
        }
        gate.tls->set(context);
    }
    if (!certificates.empty()) certificate_.set(certificates.front());
}

void Doors::show(const settings::Snapshot& settings,
                 const std::vector<CertificatePtr>& certificates) {
    const std::lock_guard lock{mutex_};
    show_at(gates_, settings, certificates);
}

void Doors::put_in_force(Plan plan) {
    const std::lock_guard lock{mutex_};
    connections_.set(connection_limits(*plan.settings));
    for (auto& gate : plan.gates) {
        if (!gate.open) gate.open = take_open(gate);
    }
    show_at(plan.gates, *plan.settings, plan.certificates);
    for (auto& gate : plan.gates) {
        gate.rules->set(std::make_shared<const HouseRules>(rules_of(plan.settings, gate.listener)));
    }
    gates_.swap(plan.gates);  // those that are left over are closed
}

void Doors::stop() {
    const std::lock_guard lock{mutex_};
    for (const auto& gate : gates_) gate.open->stop();
}

void Doors::close() {
    const std::lock_guard lock{mutex_};
    gates_.clear();
}

std::optional<WallTime> Doors::certificate_end() const {
    const auto certificate = certificate_.get();
    return certificate ? std::optional{certificate->not_after()} : std::nullopt;
}

std::vector<std::string> Doors::listening() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> lines;
    for (const auto& gate : gates_) {
        for (const auto& address : gate.open->addresses()) {
            lines.push_back(gate.listener + " " + address.text());
        }
    }
    return lines;
}

}  // namespace signet::app

#include "app/doors.h"

#include "smtp/server_protocol.h"
#include "submission/serve_session.h"

#include <utility>

namespace signet::app {
namespace {

smtp::Role role_of(const std::string& name) {
    return name == smtp::name(smtp::Role::submissions) ? smtp::Role::submissions
                                                       : smtp::Role::submission;
}

}  // namespace

Doors::Doors(const settings::Snapshot& settings, Ground& ground, Keeper& keeper)
    : settings_(settings),
      log_(ground.log),
      metrics_(ground.metrics),
      connections_({.total = settings.limits.connections,
                    .per_network = settings.limits.client.connections}),
      sessions_{ground.clock, ground.ids, keeper.credentials(), keeper.queue(), keeper.audit(),
                connections_, settings},
      ticket_keys_(std::make_shared<net::TicketKeys>(ground.clock, ground.entropy,
                                                     settings.tls.ticket_key_life)) {}

Result<void, StartFault> Doors::load_tls() {
    auto context = net::TlsServerContext::load({.certificate = settings_.tls.certificate,
                                                .key = settings_.tls.key,
                                                .min = settings_.tls.min,
                                                .ticket_keys = ticket_keys_});
    if (!context) return fail(StartFault::settings(context.error()));
    tls_ = std::make_shared<net::TlsServerSlot>(std::move(*context));
    return {};
}

Result<std::unique_ptr<net::Listener>, StartFault> Doors::open_listener(
    net::IoThreads& io, const settings::ListenerSettings& listener) {
    net::ListenerOptions options;
    for (const auto& address : listener.bind) options.bind.push_back({address.ip, address.port});
    options.tls = tls_;
    options.warn = [this, name = listener.name](const std::string& text) {
        log_.write(observe::Level::warning, "cannot accept a connection",
                   {{"listener", name}, {"detail", text}});
    };
    meters_.push_back(std::make_unique<DoorMeter>(metrics_, listener.name));
    submission::Door door{listener.name, role_of(listener.role), meters_.back().get()};
    auto serve = [this, door](std::unique_ptr<net::Stream> stream) -> Task<void> {
        co_await submission::serve_session(std::move(stream), door, sessions_);
    };
    auto opened = net::Listener::open(io, std::move(options), std::move(serve));
    if (!opened)
        return fail(StartFault::taken("listener " + listener.name + ": " + opened.error()));
    return std::move(*opened);
}

Result<void, StartFault> Doors::open(net::IoThreads& io) {
    for (const auto& listener : settings_.listeners) {
        auto opened = open_listener(io, listener);
        if (!opened) {
            listeners_.clear();
            return fail(opened.error());
        }
        listeners_.push_back(std::move(*opened));
    }
    return {};
}

void Doors::stop() {
    for (const auto& listener : listeners_) listener->stop();
}

void Doors::close() { listeners_.clear(); }

std::vector<std::string> Doors::listening() const {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        for (const auto& address : listeners_[i]->addresses()) {
            lines.push_back(settings_.listeners[i].name + " " + address.text());
        }
    }
    return lines;
}

}  // namespace signet::app

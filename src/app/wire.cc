#include "app/wire.h"

#include "app/control.h"
#include "app/version.h"

#include <utility>

namespace signet::app {

Wire::Wire(const settings::Snapshot& settings, Ground& ground, Keeper& keeper)
    : settings_(settings),
      keeper_(keeper),
      started_(ground.clock.wall()),
      doors_(settings, ground, keeper),
      carrier_(settings, ground, keeper),
      control_services_{keeper.accounts(), keeper.queue(),     keeper.audit(),
                        keeper.hasher(),   keeper.hash_pool(), ground.clock,
                        ground.entropy,    ground.ids,         [this] { return status(); }} {}

// Listeners refer to the threads and must go before them; sessions refer to the doors and go with
// the threads.
Wire::~Wire() {
    control_.reset();
    doors_.close();
}

Result<std::unique_ptr<Wire>, StartFault> Wire::build(const settings::Snapshot& settings,
                                                      Ground& ground, Keeper& keeper) {
    std::unique_ptr<Wire> wire{new Wire{settings, ground, keeper}};
    if (auto loaded = wire->doors_.load_tls(); !loaded) return fail(loaded.error());
    if (auto built = wire->carrier_.build_routes(); !built) return fail(built.error());
    wire->io_.start();
    return wire;
}

Result<void, StartFault> Wire::open() {
    if (auto opened = doors_.open(io_); !opened) return fail(opened.error());
    auto control = open_control_socket(io_, settings_.admin.socket, control_services_);
    if (!control) return fail(control.error());
    control_ = std::move(*control);
    carrier_.start(io_);
    return {};
}

bool Wire::drain() {
    draining_ = true;
    doors_.stop();
    carrier_.stop();
    const bool all = io_.drain(settings_.limits.drain);
    io_.stop();
    return all;
}

admin::Status Wire::status() const {
    return {.version = std::string{version()},
            .started = started_,
            .listeners = listening(),
            .connections = doors_.connections(),
            .accepted = keeper_.audit().accepted(),
            .delivered = keeper_.audit().delivered(),
            .hash_waiting = keeper_.hash_pool().waiting(),
            .draining = draining_};
}

}  // namespace signet::app

#include "app/wire.h"

#include "app/control.h"
#include "app/version.h"

#include <utility>

namespace signet::app {

namespace {

admin::LastReload last_of(const Reload& reload) {
    admin::LastReload last{.when = reload.when, .done = reload.done, .why = {}};
    if (reload.done) return last;
    last.why = reload.problems.empty() ? reload.fault.sentence : reload.problems.front().message;
    return last;
}

}  // namespace

Wire::Wire(Site site, Ground& ground, Keeper& keeper)
    : keeper_(keeper),
      started_(ground.clock.wall()),
      doors_(*site.settings, ground, keeper),
      carrier_(*site.settings, ground, keeper),
      reloader_(std::move(site), ground, keeper, io_, doors_, carrier_),
      desks_(ground, keeper, doors_, [this] { return reloader_.settings(); }),
      control_services_{
          .accounts = keeper.accounts(),
          .queue = keeper.queue(),
          .audit = keeper.audit(),
          .passwords = desks_.password_making(keeper),
          .clock = ground.clock,
          .entropy = ground.entropy,
          .ids = ground.ids,
          .status = [this] { return status(); },
          .reload = [this](audit::Actor actor) { return reloader_.reload(std::move(actor)); },
          .sign_ins = desks_.sign_ins(keeper),
          .settings = [this] { return reloader_.settings(); },
          .outbound = carrier_.outbound()} {}

// Listeners refer to the threads and must go before them; sessions refer to the doors and go with
// the threads, and so does who waits for a reload.
Wire::~Wire() {
    control_.reset();
    doors_.close();
    io_.stop();
}

Result<std::unique_ptr<Wire>, StartFault> Wire::build(Site site, Ground& ground, Keeper& keeper) {
    std::unique_ptr<Wire> wire{new Wire{std::move(site), ground, keeper}};
    wire->io_.start();
    return wire;
}

Result<void, StartFault> Wire::open() {
    if (auto recalled = carrier_.recall_pauses(); !recalled) return fail(recalled.error());
    if (auto begun = reloader_.begin(); !begun) return fail(begun.error());
    auto control = open_control_socket(io_, reloader_.settings()->admin.socket, control_services_);
    if (!control) return fail(control.error());
    control_ = std::move(*control);
    carrier_.start(io_);
    desks_.start(io_);
    return {};
}

bool Wire::drain() {
    draining_ = true;
    doors_.stop();
    carrier_.stop();
    const bool all = io_.drain(drain_time());
    io_.stop();
    return all;
}

admin::Status Wire::status() const {
    const auto last = reloader_.last();
    return {.version = std::string{version()},
            .started = started_,
            .listeners = listening(),
            .connections = doors_.connections(),
            .accepted = keeper_.audit().accepted(),
            .delivered = keeper_.audit().delivered(),
            .hash_waiting = keeper_.hash_pool().waiting(),
            .draining = draining_,
            .last_reload = last ? std::optional{last_of(*last)} : std::nullopt,
            .certificates = reloader_.certificates()};
}

}  // namespace signet::app

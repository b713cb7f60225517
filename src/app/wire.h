// Everything that parses octets from a network: sessions, relay, control socket.
#pragma once

#include "admin/control_server.h"
#include "app/carrier.h"
#include "app/desks.h"
#include "app/doors.h"
#include "app/keeper.h"
#include "app/reload.h"
#include "app/start_fault.h"
#include "net/io_threads.h"
#include "settings/snapshot.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signet::app {

class Wire {
public:
    // The I/O threads run when this returns; nothing listens yet.  Both outlive the wire.
    static Result<std::unique_ptr<Wire>, StartFault> build(Site site, Ground& ground,
                                                           Keeper& keeper);
    ~Wire();

    // From now on clients are served and the queue is worked on.
    Result<void, StartFault> open();
    // Does not wait for it.
    void reload_soon(audit::Actor actor) { reloader_.reload_soon(std::move(actor)); }
    // Stops listening; idle sessions hear 421 at once, busy ones have their time.
    // false: some had to be cut off.
    bool drain();
    std::chrono::seconds drain_time() const { return reloader_.settings()->limits.drain; }

    net::IoThreads& io() { return io_; }
    bool draining() const { return draining_; }
    WallTime started() const { return started_; }
    std::vector<admin::CertificateStatus> certificates() const { return reloader_.certificates(); }
    std::optional<WallTime> certificate_end() const { return doors_.certificate_end(); }
    std::vector<std::string> listening() const { return doors_.listening(); }

private:
    Wire(Site site, Ground& ground, Keeper& keeper);
    admin::Status status() const;

    Keeper& keeper_;
    const WallTime started_;
    std::atomic<bool> draining_{false};
    Doors doors_;
    Carrier carrier_;
    net::IoThreads io_;
    Reloader reloader_;
    Desks desks_;
    admin::Services control_services_;
    std::unique_ptr<admin::ControlServer> control_;
};

}  // namespace signet::app

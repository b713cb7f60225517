// Everything that parses octets from a network: sessions, relay, control socket.
#pragma once

#include "admin/control_server.h"
#include "app/carrier.h"
#include "app/doors.h"
#include "app/keeper.h"
#include "app/start_fault.h"
#include "net/io_threads.h"
#include "settings/snapshot.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace signet::app {

class Wire {
public:
    // The I/O threads run when this returns; nothing listens yet.  All three outlive the wire.
    static Result<std::unique_ptr<Wire>, StartFault> build(const settings::Snapshot& settings,
                                                           Ground& ground, Keeper& keeper);
    ~Wire();

    // From now on clients are served and the queue is worked on.
    Result<void, StartFault> open();
    // Stops listening; idle sessions hear 421 at once, busy ones have their time.
    // false: some had to be cut off.
    bool drain();

    net::IoThreads& io() { return io_; }
    bool draining() const { return draining_; }
    WallTime started() const { return started_; }
    WallTime certificate_end() const { return doors_.certificate_end(); }
    std::vector<std::string> listening() const { return doors_.listening(); }

private:
    Wire(const settings::Snapshot& settings, Ground& ground, Keeper& keeper);
    admin::Status status() const;

    const settings::Snapshot& settings_;
    Keeper& keeper_;
    const WallTime started_;
    std::atomic<bool> draining_{false};
    Doors doors_;
    Carrier carrier_;
    admin::Services control_services_;
    net::IoThreads io_;  // its tasks use all of the above, so it ends first
    std::unique_ptr<admin::ControlServer> control_;
};

}  // namespace signet::app

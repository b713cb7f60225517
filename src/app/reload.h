// New settings for a running server: whole, or not at all.
//
// Everything that can fail is done first (read, check, open, load), then nothing is left that could
// fail and the new settings are put in force.  One reload at a time, on a thread of its own.
#pragma once

#include "admin/endpoint.h"
#include "app/carrier.h"
#include "app/doors.h"
#include "app/keeper.h"
#include "app/start_fault.h"
#include "net/io_threads.h"
#include "net/slot.h"
#include "net/worker_pool.h"
#include "settings/changes.h"
#include "settings/problem.h"
#include "settings/snapshot.h"

#include <string>

namespace signet::app {

// Where the settings are, and what was found there.
struct Site {
    std::string config;  // path of signet.toml
    settings::SnapshotPtr settings;
};

// What came of a look at the settings.
struct Reload {
    WallTime when{};
    bool done = false;
    std::vector<settings::Change> changes{};    // if it is done
    std::vector<settings::Problem> problems{};  // why not; or warnings
    StartFault fault{};                         // why not, where that is no problem of the text
};

class Reloader {
public:
    // All of them outlive it; so do the tasks of `io` that wait for reload().
    Reloader(Site site, Ground& ground, Keeper& keeper, net::IoThreads& io, Doors& doors,
             Carrier& carrier);

    // At the start, from the main thread: the settings of the site come into force.
    Result<void, StartFault> begin();

    // Recorded as an event with its actor, logged, and remembered for `signet status`.
    void reload_soon(audit::Actor actor);
    Task<admin::Reloaded> reload(audit::Actor actor);

    settings::SnapshotPtr settings() const { return settings_.get(); }
    std::shared_ptr<const Reload> last() const { return last_.get(); }  // null: none yet

private:
    Reload attempt();
    Result<void, StartFault> take_up(settings::SnapshotPtr next);
    Reload run(const audit::Actor& actor);
    void record(const Reload& reload, const audit::Actor& actor);

    const std::string config_;
    Ground& ground_;
    Keeper& keeper_;
    net::IoThreads& io_;
    Doors& doors_;
    Carrier& carrier_;
    net::Slot<settings::Snapshot> settings_;
    net::Slot<Reload> last_;
    net::WorkerPool thread_;  // last: its work uses all of the above
};

}  // namespace signet::app

// New settings for a running server: whole, or not at all.
//
// Everything that can fail is done first (read, check, open, load), then nothing is left that could
// fail and the new settings are put in force.  One reload at a time, on a thread of its own.
#pragma once

#include "admin/endpoint.h"
#include "app/carrier.h"
#include "app/certificate_watch.h"
#include "app/client_trust.h"
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
    settings::Places places;
};

// Why settings do not come into force: problems of what they name, or else the fault.
struct Refusal {
    std::vector<settings::Problem> problems{};
    StartFault fault{};
};

// Of the reloads' thread, once begin() is over; `states` is for everybody.
struct Certificates {
    std::vector<CertificatePtr> shown;
    CertificateWatch watch;
    ClientTrust trust;
    net::Slot<std::vector<admin::CertificateStatus>> states;
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

    // At the start, from the main thread: the settings of the site come into force, and from then
    // on certificates are looked at.  On failure the fault's sentence may have several lines.
    Result<void, StartFault> begin();

    // Recorded as an event with its actor, logged, and remembered for `signet status`.
    void reload_soon(audit::Actor actor);
    Task<admin::Reloaded> reload(audit::Actor actor);

    settings::SnapshotPtr settings() const { return settings_.get(); }
    std::vector<admin::CertificateStatus> certificates() const;
    std::shared_ptr<const Reload> last() const { return last_.get(); }  // null: none yet

private:
    Reload attempt();
    // Its problems are errors that kept it from coming into force, or warnings.
    Result<std::vector<settings::Problem>, Refusal> take_up(settings::SnapshotPtr next,
                                                            const settings::Places& places);
    Task<void> watch_certificates();
    void look_at_certificates();
    void look_at_authorities();
    void record_renewals(const std::vector<CertificatePtr>& before);
    void record_failure(const std::string& file, const std::string& why);
    audit::Event certificate_event(std::string name, const std::string& file) const;
    void publish_certificates();
    Reload run(const audit::Actor& actor);
    void record(const Reload& reload, const audit::Actor& actor);

    const std::string config_;
    Ground& ground_;
    Keeper& keeper_;
    net::IoThreads& io_;
    Doors& doors_;
    Carrier& carrier_;
    const settings::Places first_places_;
    net::Slot<settings::Snapshot> settings_;
    Certificates certificates_;
    net::Slot<Reload> last_;
    net::WorkerPool thread_;  // last: its work uses all of the above
};

}  // namespace signet::app

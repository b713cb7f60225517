// The listeners, and all that their sessions use.
#pragma once

#include "app/door_meter.h"
#include "app/keeper.h"
#include "app/load_tls.h"
#include "app/start_fault.h"
#include "authn/downgrade_watch.h"
#include "limits/connections.h"
#include "net/io_threads.h"
#include "net/listener.h"
#include "net/slot.h"
#include "net/ticket_keys.h"
#include "settings/snapshot.h"
#include "submission/presence.h"
#include "submission/serve_session.h"
#include "submission/services.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace signet::app {

// What a session of one listener begins with, and keeps.
struct HouseRules {
    settings::SnapshotPtr settings;
    submission::Door door;
};

// One address that is listened on.
struct Gate {
    std::string listener;                          // its name
    net::Endpoint address;                         // as in the settings; the port may be 0
    std::shared_ptr<net::Slot<HouseRules>> rules;  // empty: whoever comes waits
    std::shared_ptr<net::TlsServerSlot> tls;
    std::unique_ptr<net::Listener> open;  // null in a plan: the address is listened on already
};

// What it is built from outlives it; so does `io`, which runs its sessions.
class Doors {
public:
    Doors(const settings::Snapshot& settings, Ground& ground, Keeper& keeper);

    // New settings on their way into force: certificates read, addresses opened that are not yet;
    // whoever connects to these waits, two seconds at most, until it is in force.  To drop it is to
    // take it back.
    struct Plan {
        settings::SnapshotPtr settings;
        std::vector<CertificatePtr> certificates;
        std::vector<Gate> gates;
    };
    // May block.  Changes nothing that is in force.  REQUIRES: the ciphers of the settings can be
    // used, and the certificates are there (settings::judge_tls).
    Result<Plan, StartFault> prepare(net::IoThreads& io, settings::SnapshotPtr next,
                                     std::vector<CertificatePtr> certificates);
    // An address of both old and new settings is listened on without a gap; sessions go on with
    // the settings they began with.
    void put_in_force(Plan plan);
    // Certificates alone: whoever shakes hands from now on sees them, and is asked for one of the
    // authorities that the keeper has in force.
    void show(const settings::Snapshot& settings, const std::vector<CertificatePtr>& certificates);

    void stop();   // nothing new comes in
    void close();  // REQUIRES: before `io` ends

    std::vector<std::string> listening() const;  // "submission 127.0.0.1:587"
    submission::Presences& presences() { return presences_; }
    unsigned connections() const { return connections_.open(); }
    std::optional<WallTime> certificate_end() const;  // nullopt: nothing is in force yet

private:
    Result<void, StartFault> open_gate(net::IoThreads& io, Gate& gate);
    std::string overlap_with_our_own(const Gate& wanted) const;
    bool is_open(const Gate& gate) const;
    std::unique_ptr<net::Listener> take_open(Gate& gate);
    void show_at(const std::vector<Gate>& gates, const settings::Snapshot& settings,
                 const std::vector<CertificatePtr>& certificates);
    HouseRules rules_of(const settings::SnapshotPtr& settings, const std::string& listener);
    Task<void> serve(std::unique_ptr<net::Stream> stream,
                     std::shared_ptr<const net::Slot<HouseRules>> slot);

    Ground& ground_;
    Keeper& keeper_;
    limits::Connections connections_;
    authn::DowngradeWatch downgrades_;
    submission::Presences presences_;
    std::shared_ptr<net::TicketKeys> ticket_keys_;
    net::Slot<crypto::ServerCertificate> certificate_;  // the first
    mutable std::mutex mutex_;  // of gates_: a reload and `signet status` are different threads
    std::vector<Gate> gates_;
    // By the listener's name; their sessions use them to the end.
    std::map<std::string, std::unique_ptr<DoorMeter>> meters_;
};

}  // namespace signet::app

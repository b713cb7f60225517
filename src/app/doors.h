// The listeners, and all that their sessions use.
#pragma once

#include "app/door_meter.h"
#include "app/keeper.h"
#include "app/start_fault.h"
#include "limits/connections.h"
#include "net/io_threads.h"
#include "net/listener.h"
#include "net/ticket_keys.h"
#include "settings/snapshot.h"
#include "submission/services.h"

#include <memory>
#include <string>
#include <vector>

namespace signet::app {

// What it is built from outlives it; so does `io`, which runs its sessions.
class Doors {
public:
    Doors(const settings::Snapshot& settings, Ground& ground, Keeper& keeper);

    // Reads the certificate; nothing listens yet.
    Result<void, StartFault> load_tls();
    // All listeners, or none.
    Result<void, StartFault> open(net::IoThreads& io);
    void stop();   // nothing new comes in
    void close();  // REQUIRES: before `io` ends

    std::vector<std::string> listening() const;  // "submission 127.0.0.1:587"
    unsigned connections() const { return connections_.open(); }
    WallTime certificate_end() const { return tls_->get()->not_after(); }  // REQUIRES: load_tls

private:
    Result<std::unique_ptr<net::Listener>, StartFault> open_listener(
        net::IoThreads& io, const settings::ListenerSettings& listener);

    const settings::Snapshot& settings_;
    observe::Log& log_;
    observe::Registry& metrics_;
    limits::Connections connections_;
    submission::Services sessions_;
    std::shared_ptr<net::TicketKeys> ticket_keys_;
    std::shared_ptr<net::TlsServerSlot> tls_;
    std::vector<std::unique_ptr<DoorMeter>> meters_;  // their sessions use them to the end
    std::vector<std::unique_ptr<net::Listener>> listeners_;
};

}  // namespace signet::app

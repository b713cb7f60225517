// The way out: routes, transports, and the workers that carry what was accepted.
#pragma once

#include "admin/endpoint.h"
#include "aliases/table.h"
#include "app/keeper.h"
#include "app/kept_pauses.h"
#include "app/name_service.h"
#include "app/route_access.h"
#include "app/start_fault.h"
#include "net/io_threads.h"
#include "net/slot.h"
#include "relay/sign_in.h"
#include "relay/worker.h"
#include "settings/snapshot.h"

#include <memory>
#include <vector>

namespace signet::app {

// What it is built from outlives it; so does `io`, which runs its workers.
class Carrier final : public admin::Ways {
public:
    Carrier(const settings::Snapshot& settings, Ground& ground, Keeper& keeper);

    // Reads passwords and certificates of the next hops, and sets up DNS; changes nothing that is
    // in force.
    Result<relay::Routes, StartFault> prepare(const settings::Snapshot& settings);
    // Deliveries under way keep the routes they began with.
    void put_in_force(relay::Routes routes, aliases::TablePtr aliases);
    void start(net::IoThreads& io);  // one worker on each thread
    void stop();                     // nothing new is taken from the queue
    // See relay/deliver.h.
    Task<Result<bool, StoreFault>> give_up(queue::QueueId id, audit::Event by) {
        return relay::give_up(services_, std::move(id), std::move(by));
    }
    // What an administrator may do about it.  The carrier outlives it.
    admin::Outbound outbound();

    // What was paused before the last stop is so again.
    Result<void, StartFault> recall_pauses();
    std::vector<queue::Pause> paused() const override { return pacing_.paused(); }
    bool pause(const queue::Pause& what) override { return pacing_.pause(what); }
    bool resume(queue::Pause::Kind kind, const std::string& name) override {
        return pacing_.resume(kind, name);
    }
    Task<Result<void, std::string>> keep() override;
    void ask_again() override { destinations_.forget(); }
    std::vector<admin::DownDestination> down() const override;

private:
    // Of a report, by the aliases in force.
    Task<std::vector<mail::Recipient>> expand(mail::Recipient recipient);
    Result<std::shared_ptr<relay::Transport>, StartFault> transport_of(
        const settings::RouteSettings& route, const settings::Snapshot& settings);
    Result<std::shared_ptr<relay::Transport>, StartFault> make_smart_host(
        const settings::RouteSettings& route, const settings::Snapshot& settings);
    Result<std::shared_ptr<const relay::SignIn>, StartFault> sign_in_of(
        const settings::RouteSettings& route);
    Result<std::shared_ptr<relay::Transport>, StartFault> make_mx(
        const settings::RouteSettings& route, const settings::Snapshot& settings);

    const unsigned concurrency_;
    Ground& ground_;
    Keeper& keeper_;
    NameService names_;
    RouteAccess access_;
    relay::RouteTable routes_;
    net::Slot<aliases::Table> aliases_;  // never empty: messages are given up without a server, too
    relay::Pacing pacing_;
    KeptPauses kept_pauses_;
    relay::Destinations destinations_;
    relay::Services services_;
    std::vector<std::unique_ptr<relay::Worker>> workers_;
};

}  // namespace signet::app

// How the server is watched: /metrics, /livez and /readyz over HTTP, on a thread of their own, so
// that a scrape holds no session up and a drain is still seen.
#pragma once

#include "app/health.h"
#include "app/keeper.h"
#include "app/loop_watch.h"
#include "app/start_fault.h"
#include "app/wire.h"
#include "net/http_server.h"
#include "net/io_threads.h"
#include "settings/snapshot.h"

#include <memory>
#include <string>
#include <vector>

namespace signet::app {

// What it is built from outlives it.
class Watch {
public:
    Watch(const settings::Snapshot& settings, Ground& ground, Keeper& keeper, Wire& wire);
    ~Watch();

    // Serves where the settings say; nowhere if they name no address.
    Result<void, StartFault> serve(const settings::MetricsSettings& settings);
    std::vector<std::string> listening() const;  // "metrics 127.0.0.1:9587"

private:
    Task<http::Response> answer(http::Request request);
    Task<http::Response> metrics(const http::Request& request);
    http::Response alive() const;
    Task<void> count_accounts();

    Ground& ground_;
    Keeper& keeper_;
    Wire& wire_;
    const std::string hostname_;
    const std::vector<HealthCheck> checks_;
    LoopWatch loops_;
    SteadyTime accounts_counted_{};  // of the one thread
    net::IoThreads io_{1};
    std::unique_ptr<net::HttpServer> server_;
};

}  // namespace signet::app

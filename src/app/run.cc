#include "app/run.h"

#include "app/descriptors.h"
#include "app/dev_account.h"
#include "app/dev_site.h"
#include "app/load_settings.h"
#include "app/watch.h"
#include "app/wire.h"

#include <sys/stat.h>
#include <csignal>
#include <cstdio>

namespace signet::app {
namespace {

// Blocked before the first thread is made, so that every thread inherits it and only wait() hears.
sigset_t block_signals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&wanted, signal);
    pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    return wanted;
}

void wait_for_stop(const sigset_t& wanted, Wire& wire) {
    for (;;) {
        int signal = 0;
        if (sigwait(&wanted, &signal) != 0) continue;
        if (signal != SIGHUP) return;
        wire.reload_soon({.id = {}, .name = {}, .via = "signal"});
    }
}

// What the stores may take to close, behind the drain.
constexpr std::chrono::seconds kClosing{30};

int complain(const StartFault& fault) {
    std::fprintf(stderr, "signet: %s\n", fault.sentence.c_str());
    return fault.exit;
}

void record_service(Ground& ground, audit::AuditStore& audit, std::string name,
                    std::string detail) {
    audit::Event event;
    event.time = ground.clock.wall();
    event.id = ground.ids.next();
    event.event = std::move(name);
    event.service = "server";
    event.detail = std::move(detail);
    audit.record(std::move(event));
}

Site site_of(std::string config, settings::Parsed parsed) {
    return {std::move(config),
            std::make_shared<const settings::Snapshot>(std::move(parsed.snapshot)),
            std::move(parsed.places)};
}

// `ready` runs when the keeper is open and the I/O threads run, before anybody can connect;
// `announce` when everybody can.
struct Hooks {
    std::function<Result<void, StartFault>(Ground&, Keeper&, Wire&)> ready;
    std::function<void()> announce;
};

int run_server(Site site, const Hooks& hooks) {
    // What libraries create below the spool is nobody else's either; the control socket and the
    // Maildir set their own modes.
    ::umask(077);
    const auto signals = block_signals();
    raise_descriptor_limit();
    const auto settings = site.settings;
    Ground ground{*settings};
    warn_of_few_descriptors(*settings, ground.log);
    auto keeper = Keeper::open(*settings, ground);
    if (!keeper) return complain(keeper.error());
    auto wire = Wire::build(std::move(site), ground, **keeper);
    if (!wire) return complain(wire.error());
    if (hooks.ready) {
        if (auto done = hooks.ready(ground, **keeper, **wire); !done) return complain(done.error());
    }
    Watch watch{*settings, ground, **keeper, **wire};
    if (auto served = watch.serve(settings->metrics); !served) return complain(served.error());
    if (auto opened = (*wire)->open(); !opened) return complain(opened.error());

    for (const auto& lines : {(*wire)->listening(), watch.listening()}) {
        for (const auto& line : lines) {
            ground.log.write(observe::Level::info, "listening", {{"listener", line}});
        }
    }
    record_service(ground, (*keeper)->audit(), "service.start",
                   std::to_string((*keeper)->spool_report().entries) + " messages in the queue");
    if (hooks.announce) hooks.announce();
    ground.manager.ready();

    wait_for_stop(signals, **wire);
    ground.log.write(observe::Level::info, "draining");
    ground.manager.stopping((*wire)->drain_time() + kClosing);
    const bool whole = (*wire)->drain();
    record_service(ground, (*keeper)->audit(), "service.stop",
                   whole ? "" : "sessions that did not end in time were cut off");
    ground.log.write(observe::Level::info, "stopped");
    return 0;
}

}  // namespace

int serve(const ServeOptions& options) {
    auto loaded = load_settings(options.config);
    if (!loaded) {
        std::fprintf(stderr, "%s\n%s\n", settings::render(loaded.error()).c_str(),
                     settings::summary(loaded.error()).c_str());
        return 78;
    }
    if (!loaded->warnings.empty()) {
        std::fprintf(stderr, "%s\n", settings::render(loaded->warnings).c_str());
    }
    return run_server(site_of(options.config, std::move(*loaded)), {});
}

int dev(const DevOptions& options) {
    net::SystemClock clock;
    net::SystemEntropy entropy;
    const auto site = prepare_dev_site(options, clock, entropy);
    if (!site) return complain(StartFault::failed(site.error()));
    auto loaded = load_settings(site->config());
    if (!loaded) {
        std::fprintf(stderr, "%s\n", settings::render(loaded.error()).c_str());
        return 78;
    }
    Hooks hooks;
    hooks.ready = [&](Ground&, Keeper& keeper, Wire& wire) {
        return ensure_dev_account(*site, keeper, wire.io());
    };
    hooks.announce = [&] {
        const auto text = how_to_send(*site);
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    };
    return run_server(site_of(site->config(), std::move(*loaded)), hooks);
}

}  // namespace signet::app

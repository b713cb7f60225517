#include "app/store_watch.h"

#include "observe/catalogue.h"

namespace signet::app {
namespace {

namespace metric = observe::metric;

audit::Event event_of(const std::string& store, bool up, Ground& ground) {
    audit::Event event;
    event.time = ground.clock.wall();
    event.id = ground.ids.next();
    event.service = "server";
    event.target = audit::Target{"store", {}, store};
    event.event = up ? "store.up" : "store.down";
    if (up) {
        event.severity = audit::Severity::notice;
        event.detail = store + " answers again";
    } else {
        event.severity = audit::Severity::critical;
        event.outcome = audit::Outcome::error;
        event.reason = "unavailable";
        event.detail = store + " does not answer: whoever may be known there hears 454, try later";
    }
    return event;
}

}  // namespace

store::GateWatcher watcher_of(const std::string& store, Ground& ground, audit::AuditStore& audit) {
    using store::CallEnd;
    for (const auto end :
         {CallEnd::answered, CallEnd::unavailable, CallEnd::timeout, CallEnd::turned_away}) {
        ground.metrics.counter(metric::kStoreCalls, {store, name(end)});
    }
    auto& up = ground.metrics.gauge(metric::kStoreUp, {store});
    auto& seconds = ground.metrics.histogram(metric::kStoreSeconds, {store});
    up.set(1);
    return {.ended =
                [&ground, &seconds, store](CallEnd end, std::chrono::duration<double> took) {
                    ground.metrics.counter(metric::kStoreCalls, {store, name(end)}).add();
                    if (end != CallEnd::turned_away) seconds.observe(took.count());
                },
            .turned =
                [&ground, &audit, &up, store](bool is_up) {
                    up.set(is_up ? 1 : 0);
                    auto event = event_of(store, is_up, ground);
                    ground.log.write(is_up ? observe::Level::notice : observe::Level::error,
                                     event.detail, {{"store", store}});
                    audit.record(std::move(event));
                }};
}

void end_watch(const std::string& store, Ground& ground) {
    ground.metrics.gauge(metric::kStoreUp, {store}).set(1);
}

}  // namespace signet::app

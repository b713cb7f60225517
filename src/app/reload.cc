#include "app/reload.h"

#include "app/load_settings.h"

#include <utility>

namespace signet::app {
namespace {

constexpr std::size_t kMaxRecordedChanges = 100;
constexpr std::size_t kMaxWaiting = 16;

std::string first_sentence(const Reload& reload) {
    if (reload.problems.empty()) return reload.fault.sentence;
    const auto& first = reload.problems.front();
    return first.place.file + ":" + std::to_string(first.place.line) + ": " + first.code + ": " +
           first.message;
}

audit::Event event_of(const Reload& reload, const audit::Actor& actor) {
    audit::Event event;
    event.service = "server";
    event.actor = actor;
    event.target = audit::Target{"settings", {}, {}};
    if (!reload.done) {
        event.event = "config.rejected";
        event.outcome = audit::Outcome::failure;
        event.severity = audit::Severity::warning;
        event.reason = reload.problems.empty() ? "unavailable" : "invalid";
        event.detail = first_sentence(reload);
        return event;
    }
    event.event = "config.reloaded";
    event.severity = audit::Severity::notice;
    for (const auto& change : reload.changes) {
        if (event.change.size() == kMaxRecordedChanges) break;
        event.change.push_back({change.path, change.old_text, change.new_text});
    }
    event.detail = std::to_string(reload.changes.size()) + " changes";
    return event;
}

admin::Reloaded answer_of(const Reload& reload) {
    admin::Reloaded answer;
    answer.done = reload.done;
    for (const auto& change : reload.changes) {
        answer.changes.push_back(
            {change.path, change.old_text, change.new_text, change.after_restart});
    }
    answer.problems = settings::problems_json(reload.problems);
    if (!reload.problems.empty()) answer.text = settings::render(reload.problems);
    if (!reload.done && reload.problems.empty()) answer.text = reload.fault.sentence;
    if (!reload.done) answer.exit = reload.problems.empty() ? reload.fault.exit : 78;
    return answer;
}

}  // namespace

Reloader::Reloader(Site site, Ground& ground, Keeper& keeper, net::IoThreads& io, Doors& doors,
                   Carrier& carrier)
    : config_(std::move(site.config)),
      ground_(ground),
      keeper_(keeper),
      io_(io),
      doors_(doors),
      carrier_(carrier),
      settings_(std::move(site.settings)),
      thread_({.name = "signet-reload",
               .threads = 1,
               .queue_length = kMaxWaiting,
               .max_wait = std::chrono::milliseconds{0}}) {}

Result<void, StartFault> Reloader::begin() { return take_up(settings_.get()); }

// Above the line nothing is in force yet; below it nothing can fail.
Result<void, StartFault> Reloader::take_up(settings::SnapshotPtr next) {
    auto routes = carrier_.prepare(*next);
    if (!routes) return fail(routes.error());
    auto plan = doors_.prepare(io_, next);
    if (!plan) return fail(plan.error());
    // ---- the line
    keeper_.audit().know(meter_names(*next));
    carrier_.put_in_force(std::move(*routes));
    doors_.put_in_force(std::move(*plan));
    ground_.log.set_level(observe::parse_level(next->log.level).value_or(observe::Level::info));
    settings_.set(std::move(next));
    return {};
}

Reload Reloader::attempt() {
    Reload reload{.when = ground_.clock.wall()};
    auto loaded = load_settings(config_);
    if (!loaded) {
        reload.problems = std::move(loaded.error());
        return reload;
    }
    const auto running = settings_.get();
    auto changes = settings::changes_between(*running, loaded->snapshot);
    auto next = std::make_shared<const settings::Snapshot>(
        settings::without_what_needs_a_restart(*running, std::move(loaded->snapshot)));
    if (auto taken = take_up(std::move(next)); !taken) {
        reload.fault = std::move(taken.error());
        return reload;
    }
    reload.done = true;
    reload.changes = std::move(changes);
    reload.problems = std::move(loaded->warnings);
    return reload;
}

void Reloader::record(const Reload& reload, const audit::Actor& actor) {
    auto event = event_of(reload, actor);
    event.time = reload.when;
    event.id = ground_.ids.next();
    keeper_.audit().record(std::move(event));
    if (!reload.done) {
        ground_.log.write(observe::Level::error, "the new settings are refused; the old ones stay",
                          {{"detail", first_sentence(reload)}});
        return;
    }
    for (const auto& change : reload.changes) {
        ground_.log.write(
            observe::Level::notice,
            change.after_restart ? "setting takes effect after a restart" : "setting changed",
            {{"key", change.path}, {"old", change.old_text}, {"new", change.new_text}});
    }
    ground_.log.write(observe::Level::notice, "the new settings are in force",
                      {{"changes", std::to_string(reload.changes.size())}});
}

Reload Reloader::run(const audit::Actor& actor) {
    auto reload = attempt();
    record(reload, actor);
    last_.set(std::make_shared<const Reload>(reload));
    return reload;
}

void Reloader::reload_soon(audit::Actor actor) {
    if (thread_.post([this, actor = std::move(actor)] { run(actor); })) return;
    ground_.log.write(observe::Level::warning, "a reload is not begun: too many wait already");
}

Task<admin::Reloaded> Reloader::reload(audit::Actor actor) {
    admin::Reloaded answer;
    const bool ran = co_await thread_.run([&] { answer = answer_of(run(actor)); });
    if (!ran) {
        answer.text = "too many reloads wait already";
        answer.exit = 75;
    }
    co_return answer;
}

}  // namespace signet::app

#include "app/reload.h"

#include "app/issuers.h"
#include "app/load_settings.h"
#include "audit/timestamp.h"
#include "net/timer.h"

#include <algorithm>
#include <utility>

namespace signet::app {
namespace {

constexpr std::size_t kMaxRecordedChanges = 100;
constexpr std::size_t kMaxWaiting = 16;
constexpr std::chrono::seconds kLook{2};  // between two looks at the certificates

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
      first_places_(std::move(site.places)),
      settings_(std::move(site.settings)),
      thread_({.name = "signet-reload",
               .threads = 1,
               .queue_length = kMaxWaiting,
               .max_wait = std::chrono::milliseconds{0}}) {}

Result<void, StartFault> Reloader::begin() {
    auto taken = take_up(settings_.get(), first_places_);
    if (!taken) {
        auto& refusal = taken.error();
        if (refusal.problems.empty()) return fail(std::move(refusal.fault));
        return fail(StartFault::settings("the settings cannot be used\n" +
                                         settings::render(refusal.problems)));
    }
    for (const auto& problem : *taken) {
        ground_.log.write(observe::Level::warning, problem.message, {{"code", problem.code}});
    }
    io_.spawn(0, watch_certificates());
    io_.spawn(0, keeper_.tokens().keep_fresh());
    return {};
}

// Above the line nothing is in force yet; below it nothing can fail.
Result<std::vector<settings::Problem>, Refusal> Reloader::take_up(settings::SnapshotPtr next,
                                                                  const settings::Places& places) {
    auto tls = load_tls(*next, ground_.clock.wall(), certificates_.shown);
    if (certificates_.shown.empty()) {  // the start
        for (auto& fact : tls.facts.certificates) fact.in_force = true;
    }
    auto problems = settings::judge_tls(*next, places, tls.facts);
    if (settings::has_error(problems)) return fail(Refusal{.problems = std::move(problems)});
    auto routes = carrier_.prepare(*next);
    if (!routes) return fail(Refusal{.problems = {}, .fault = routes.error()});
    auto issuers = make_issuers(*next, *keeper_.tokens().issuers(), ground_, keeper_.audit());
    if (!issuers) return fail(Refusal{.problems = {}, .fault = issuers.error()});
    auto certificates = load_certificate_rules(next->client_certificates);
    if (!certificates) {
        return fail(Refusal{.problems = {}, .fault = StartFault::settings(certificates.error())});
    }
    auto stores = keeper_.credentials().prepare(*settings_.get(), *next);
    if (!stores) return fail(Refusal{.problems = {}, .fault = stores.error()});
    // Last, since whoever connects from here on waits for the line.
    auto plan = doors_.prepare(io_, next, tls.certificates);
    if (!plan) return fail(Refusal{.problems = {}, .fault = plan.error()});
    // ---- the line
    keeper_.audit().know(meter_names(*next));
    keeper_.credentials().put_in_force(*stores, *next);
    prepare_token_metrics(ground_.metrics, **issuers);
    keeper_.tokens().put_in_force(std::move(*issuers));
    keeper_.certificates().put_in_force(std::move(*certificates));
    certificates_.trust.begin(next->client_certificates);
    carrier_.put_in_force(std::move(*routes), next->aliases.table);
    doors_.put_in_force(std::move(*plan));
    certificates_.shown = std::move(tls.certificates);
    certificates_.watch.begin(certificate_files(*next), certificates_.shown);
    ground_.log.set_level(observe::parse_level(next->log.level).value_or(observe::Level::info));
    settings_.set(std::move(next));
    publish_certificates();
    return problems;
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
    const auto shown = certificates_.shown;
    auto taken = take_up(std::move(next), loaded->places);
    if (!taken) {
        reload.problems = std::move(taken.error().problems);
        reload.fault = std::move(taken.error().fault);
        return reload;
    }
    record_renewals(shown);
    reload.done = true;
    reload.changes = std::move(changes);
    reload.problems = std::move(loaded->warnings);
    reload.problems.insert(reload.problems.end(), taken->begin(), taken->end());
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
    ground_.manager.reloading(ground_.clock.steady());
    auto reload = attempt();
    record(reload, actor);
    last_.set(std::make_shared<const Reload>(reload));
    ground_.manager.ready();
    return reload;
}

Task<void> Reloader::watch_certificates() {
    while (co_await net::sleep_for(kLook)) {
        co_await thread_.run([this] {
            look_at_certificates();
            look_at_authorities();
        });
    }
}

void Reloader::look_at_certificates() {
    const auto news = certificates_.watch.look(ground_.clock.wall());
    if (news.empty()) return;
    const auto shown = certificates_.shown;
    for (const auto& item : news) {
        if (item.renewed) certificates_.shown[item.index] = item.renewed;
    }
    doors_.show(*settings_.get(), certificates_.shown);
    record_renewals(shown);
    const auto files = certificate_files(*settings_.get());
    for (const auto& item : news) {
        if (!item.renewed) record_failure(files[item.index].certificate, item.why);
    }
    publish_certificates();
}

void Reloader::look_at_authorities() {
    auto news = certificates_.trust.look();
    if (!news) return;
    if (!news->renewed) return record_failure(news->file, news->why);
    keeper_.certificates().put_in_force(std::move(news->renewed));
    doors_.show(*settings_.get(), certificates_.shown);
    keeper_.audit().record(certificate_event("cert.renewed", news->file));
    ground_.log.write(observe::Level::notice, "authorities of clients are read anew",
                      {{"file", news->file}});
}

void Reloader::record_renewals(const std::vector<CertificatePtr>& before) {
    const auto files = certificate_files(*settings_.get());
    for (std::size_t i = 0; i < certificates_.shown.size(); ++i) {
        const auto& now = *certificates_.shown[i];
        const auto same = [&](const CertificatePtr& old) {
            return old->identity() == now.identity();
        };
        if (std::ranges::any_of(before, same)) continue;
        auto event = certificate_event("cert.renewed", files[i].certificate);
        const auto old = i < before.size() ? before[i]->fingerprint() : std::string{};
        event.change = {{"fingerprint", old, now.fingerprint()},
                        {"not_after", {}, audit::timestamp(now.not_after())}};
        keeper_.audit().record(std::move(event));
        ground_.log.write(
            observe::Level::notice, "a new certificate is in use",
            {{"file", files[i].certificate}, {"ends", audit::timestamp(now.not_after())}});
    }
}

void Reloader::record_failure(const std::string& file, const std::string& why) {
    auto event = certificate_event("cert.failed", file);
    event.outcome = audit::Outcome::failure;
    event.severity = audit::Severity::warning;
    event.reason = "certificate";
    event.detail = why;
    keeper_.audit().record(std::move(event));
    ground_.log.write(observe::Level::error,
                      "a new certificate cannot be used; the one before stays",
                      {{"file", file}, {"detail", why}});
}

audit::Event Reloader::certificate_event(std::string name, const std::string& file) const {
    audit::Event event;
    event.time = ground_.clock.wall();
    event.id = ground_.ids.next();
    event.event = std::move(name);
    event.severity = audit::Severity::notice;
    event.service = "server";
    event.target = audit::Target{"certificate", {}, file};
    return event;
}

void Reloader::publish_certificates() {
    std::vector<admin::CertificateStatus> states;
    states.reserve(certificates_.shown.size());
    const auto files = certificate_files(*settings_.get());
    for (std::size_t i = 0; i < certificates_.shown.size(); ++i) {
        states.push_back({.file = files[i].certificate,
                          .kind = certificates_.shown[i]->key_kind(),
                          .names = certificates_.shown[i]->names(),
                          .not_before = certificates_.shown[i]->not_before(),
                          .not_after = certificates_.shown[i]->not_after(),
                          .trouble = certificates_.watch.trouble(i)});
    }
    certificates_.states.set(
        std::make_shared<const std::vector<admin::CertificateStatus>>(std::move(states)));
}

std::vector<admin::CertificateStatus> Reloader::certificates() const {
    const auto states = certificates_.states.get();
    return states ? *states : std::vector<admin::CertificateStatus>{};
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

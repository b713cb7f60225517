#include "app/reconciler.h"

#include "app/files.h"
#include "net/timer.h"
#include "settings/people.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace signet::app {
namespace {

constexpr std::chrono::seconds kLook{20};  // between two looks at the clock
constexpr int kTries = 3;

std::string from_of(const admin::WantedReconcile& wanted) {
    return wanted.store.empty() ? "list " + wanted.list : "store " + wanted.store;
}

// Of a day of any length: where clocks are set to summer time, mktime knows.
WallTime moment_of(std::chrono::minutes at, WallTime day) {
    const auto seconds = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(day));
    std::tm local{};
    ::localtime_r(&seconds, &local);
    local.tm_hour = static_cast<int>(at.count() / 60);
    local.tm_min = static_cast<int>(at.count() % 60);
    local.tm_sec = 0;
    local.tm_isdst = -1;
    return WallTime{std::chrono::seconds{std::mktime(&local)}};
}

}  // namespace

bool came_by(std::chrono::minutes at, WallTime before, WallTime now) {
    if (now - before > std::chrono::days{1}) return false;
    const auto moment = moment_of(at, now);
    return before < moment && moment <= now;
}

Task<void> Reconciler::run() {
    auto before = ground_.clock.wall();
    while (co_await net::sleep_for(kLook)) {
        const auto now = ground_.clock.wall();
        const auto at = settings::parse_time_of_day(settings_()->reconcile.at);
        if (at && came_by(*at, before, now)) {
            const auto done =
                co_await reconcile({.apply = true}, {.id = {}, .name = {}, .via = "schedule"});
            if (!done) {
                ground_.log.write(observe::Level::error, "accounts cannot be kept in step",
                                  {{"detail", done.error()}});
            }
        }
        before = now;
    }
}

Task<Reconciler::People> Reconciler::people_of(const admin::WantedReconcile& wanted) {
    if (!wanted.store.empty()) {
        const auto store = keeper_.credentials().find(wanted.store);
        if (store == nullptr) co_return fail("there is no store `" + wanted.store + "`");
        co_return co_await store->everybody();
    }
    if (wanted.list.empty()) {
        co_return fail(std::string{"nothing says who is still there: name a store or a list"});
    }
    Result<std::optional<std::string>, std::string> text = std::optional<std::string>{};
    const bool ran = co_await keeper_.disk_pool().run([&] { text = read_file(wanted.list); });
    if (!ran) co_return fail(std::string{"too busy to read the list now"});
    if (!text) co_return fail(text.error());
    if (!*text) co_return fail("there is no list " + wanted.list);
    auto staff = identity::parse_staff(**text);
    if (!staff) co_return fail(wanted.list + ": " + staff.error());
    co_return Everybody{.staff = std::move(*staff), .notes = {}};
}

Task<Result<admin::Reconciled, std::string>> Reconciler::reconcile(admin::WantedReconcile wanted,
                                                                   audit::Actor actor) {
    const auto settings = settings_();
    const auto& rules = settings->reconcile;
    if (wanted.store.empty() && wanted.list.empty()) {
        wanted.store = rules.store;
        wanted.list = rules.list;
    } else if (!wanted.store.empty() && !wanted.list.empty()) {
        co_return fail(std::string{"a store or a list, not both"});
    }
    admin::Reconciled done{.from = from_of(wanted), .plan = {}};
    auto people = co_await people_of(wanted);
    if (!people) {
        if (wanted.apply) record_fault(done.from, people.error(), actor);
        co_return fail(std::move(people.error()));
    }
    const auto accounts = co_await keeper_.accounts().list();
    if (!accounts)
        co_return fail("the accounts cannot be read: " + std::string{name(accounts.error())});
    done.notes = std::move(people->notes);
    done.plan = identity::plan_reconcile(*accounts, people->staff,
                                         {.at_most = wanted.at_most.value_or(rules.at_most),
                                          .domains = rules.domains,
                                          .except = rules.except});
    if (wanted.apply && done.plan.refusal.empty()) co_await disable(done, actor);
    if (wanted.apply) record(done, actor);
    co_return done;
}

Task<void> Reconciler::disable(admin::Reconciled& done, const audit::Actor& actor) {
    for (const auto& leaver : done.plan.leavers) {
        auto why_not = co_await disable_one(leaver, done.from, actor);
        if (why_not.empty())
            done.disabled.push_back(leaver.account);
        else
            done.failed.push_back(leaver.account + ": " + why_not);
    }
}

// Empty: it is.
Task<std::string> Reconciler::disable_one(const identity::Leaver& leaver, const std::string& from,
                                          const audit::Actor& actor) {
    auto& accounts = keeper_.accounts();
    for (int attempt = 1;; ++attempt) {
        auto found = co_await accounts.find(leaver.account);
        if (!found) co_return std::string{name(found.error())};
        if (!*found || !(*found)->enabled) co_return std::string{};  // somebody was faster
        (*found)->enabled = false;
        const auto updated = co_await accounts.update(std::move(**found));
        if (updated) break;
        if (updated.error() != StoreFault::conflict || attempt == kTries) {
            co_return std::string{name(updated.error())};
        }
    }
    auto event = event_of("account.disabled", from, actor);
    event.account_name = leaver.account;
    event.target = audit::Target{"account", leaver.account, leaver.account};
    event.change = {{"enabled", "true", "false"}};
    event.detail = leaver.why + " (" + from + ")";
    keeper_.audit().record(std::move(event));
    co_return std::string{};
}

audit::Event Reconciler::event_of(std::string name, const std::string& from,
                                  const audit::Actor& actor) const {
    audit::Event event;
    event.time = ground_.clock.wall();
    event.id = ground_.ids.next();
    event.event = std::move(name);
    event.severity = audit::Severity::notice;
    event.service = "server";
    event.actor = actor;
    event.target = audit::Target{"people", {}, from};
    return event;
}

void Reconciler::record(const admin::Reconciled& done, const audit::Actor& actor) {
    if (!done.plan.refusal.empty()) return record_fault(done.from, done.plan.refusal, actor);
    auto event = event_of("reconcile.done", done.from, actor);
    event.detail = std::to_string(done.plan.people) + " names of people, " +
                   std::to_string(done.plan.compared) + " accounts compared, " +
                   std::to_string(done.disabled.size()) + " disabled";
    if (!done.failed.empty()) {
        event.outcome = audit::Outcome::failure;
        event.severity = audit::Severity::warning;
        event.reason = "incomplete";
        event.detail +=
            ", " + std::to_string(done.failed.size()) + " could not be: " + done.failed.front();
    }
    keeper_.audit().record(std::move(event));
}

void Reconciler::record_fault(const std::string& from, const std::string& why,
                              const audit::Actor& actor) {
    auto event = event_of("reconcile.refused", from, actor);
    event.outcome = audit::Outcome::failure;
    event.severity = audit::Severity::warning;
    event.reason = "refused";
    event.detail = "no account is disabled: " + why;
    ground_.log.write(observe::Level::warning, event.detail, {{"from", from}});
    keeper_.audit().record(std::move(event));
}

}  // namespace signet::app

#include "observe/event_meter.h"

#include "base/ulid.h"
#include "policy/check.h"
#include "sasl/mechanism.h"
#include "sasl/presented.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace signet::observe {
namespace {

using namespace std::string_view_literals;
using audit::Event;

constexpr std::string_view kOther = "other", kNone = "none";
// All reasons that begin so; each issuer has counters of its own.
constexpr std::string_view kToken = "token", kCertificate = "certificate";

constexpr std::array kServices{"submission"sv, "submissions"sv, "mx"sv};
constexpr std::array kCredentials{"password"sv, "scram"sv,       "cram_md5"sv,
                                  "token"sv,    "certificate"sv, "network"sv};
constexpr std::array kOutcomes{"success"sv, "failure"sv, "aborted"sv, "error"sv};
constexpr std::array kConnectionResults{"accepted"sv, "refused_limit"sv, "refused_ban"sv,
                                        "proxy_error"sv};
constexpr std::array kResults{"delivered"sv, "deferred"sv, "bounced"sv};

// What can come of a sign-in: an outcome and its reason.
constexpr std::pair<std::string_view, std::string_view> kEndings[] = {
    {"success", "ok"},
    {"failure", "unknown_account"},
    {"failure", "bad_password"},
    {"failure", "no_usable_password"},
    {"failure", "account_disabled"},
    {"failure", "may_not_submit"},
    {"failure", "credential_revoked"},
    {"failure", "credential_expired"},
    {"failure", "network_not_allowed"},
    {"failure", "mechanism_not_allowed"},
    {"failure", "tls_too_old"},
    {"failure", "app_password_required"},
    {"failure", "password_too_old"},
    {"failure", "authzid_not_permitted"},
    {"failure", "channel_binding_mismatch"},
    {"failure", kToken},
    {"failure", kCertificate},
    {"failure", "throttled"},
    {"failure", "protocol_error"},
    {"failure", "mechanism_disabled"},
    {"failure", "mechanism_unknown"},
    {"failure", "tls_required"},
    {"failure", kOther},
    {"aborted", "aborted"},
    {"error", "backend_error"},
};
constexpr std::array kCauses{"remote_4xx"sv, "remote_5xx"sv, "dns"sv,      "connect"sv, "tls"sv,
                             "auth"sv,       "protocol"sv,   "lost"sv,     "content"sv, "local"sv,
                             "route"sv,      "expired"sv,    "discarded"sv};
constexpr std::array kEvents{"auth.attempt"sv,
                             "auth.downgrade"sv,
                             "cert.renewed"sv,
                             "session.refused"sv,
                             "session.close"sv,
                             "message.accepted"sv,
                             "message.rejected"sv,
                             "message.delivered"sv,
                             "message.deferred"sv,
                             "message.bounced"sv,
                             "message.reported"sv,
                             "message.requeued"sv,
                             "message.quarantined"sv,
                             "queue.held"sv,
                             "queue.released"sv,
                             "queue.retried"sv,
                             "queue.deleted"sv,
                             "queue.bounced"sv,
                             "queue.damaged"sv,
                             "account.created"sv,
                             "account.updated"sv,
                             "account.enabled"sv,
                             "account.disabled"sv,
                             "account.deleted"sv,
                             "password.reset"sv,
                             "credential.added"sv,
                             "credential.changed"sv,
                             "credential.revoked"sv,
                             "credential.deleted"sv,
                             "config.reloaded"sv,
                             "config.rejected"sv,
                             "ban.added"sv,
                             "ban.removed"sv,
                             "policy.decision"sv,
                             "cert.expiring"sv,
                             "cert.failed"sv,
                             "audit.gap"sv,
                             "service.start"sv,
                             "service.stop"sv,
                             "route.paused"sv,
                             "route.resumed"sv,
                             "destination.paused"sv,
                             "destination.resumed"sv,
                             "store.down"sv,
                             "store.up"sv,
                             "store.migrated"sv,
                             "route.login"sv,
                             "token.issued"sv,
                             "token.failed"sv,
                             "secret.expiring"sv,
                             "issuer.down"sv,
                             "issuer.up"sv,
                             "account.sessions_ended"sv,
                             "password.warned"sv,
                             "reconcile.done"sv,
                             "reconcile.refused"sv};

// Rules that are no checks of policy/: limits, and what became of the account meanwhile.
constexpr std::array kOtherRules{"rate_messages"sv, "rate_recipients"sv, "account_recipients"sv,
                                 "account_size"sv,  "account_changed"sv, "account_unknown"sv};
constexpr std::array kActions{"reject"sv, "defer"sv};

// Of SASL, and of who signs in by where he is.
const std::vector<std::string_view>& mechanisms() {
    static const auto kAll = [] {
        const auto names = sasl::mechanism_names();
        std::vector<std::string_view> all{names.begin(), names.end()};
        all.push_back("NETWORK");
        return all;
    }();
    return kAll;
}

std::string_view known_rule(std::string_view rule) {
    const auto is_it = [&](const policy::Check& check) { return check.name == rule; };
    if (std::ranges::any_of(policy::checks(), is_it)) return rule;
    return std::ranges::find(kOtherRules, rule) == kOtherRules.end() ? kOther : rule;
}

// The value if it is one of the closed set, else `otherwise`.
std::string_view one_of(const auto& known, std::string_view value,
                        std::string_view otherwise = kOther) {
    return std::ranges::find(known, value) == known.end() ? otherwise : value;
}

std::string_view connection_result(std::string_view reason) {
    if (reason == "banned" || reason == "blocked") return "refused_ban";
    if (reason.starts_with("proxy")) return "proxy_error";
    return "refused_limit";
}

// A connection that was not let in, by the reason of its session.refused.
bool turned_away(std::string_view reason) {
    return reason == "too_many_connections" || reason == "too_many_from_network" ||
           reason == "connection_rate" || reason == "banned" || reason == "blocked" ||
           reason.starts_with("proxy");
}

}  // namespace

EventMeter::EventMeter(audit::AuditStore& next, Registry& registry, MeterNames names)
    : next_(next),
      registry_(registry),
      accepted_(registry.counter(metric::kAuditEvents, {"message.accepted"})),
      delivered_(registry.counter(metric::kAuditEvents, {"message.delivered"})) {
    prepare();
    know(std::move(names));
}

void EventMeter::know(MeterNames names) {
    prepare(names);
    const std::lock_guard lock{mutex_};
    names_ = std::make_shared<const MeterNames>(std::move(names));
}

EventMeter::NamesPtr EventMeter::names() const {
    const std::lock_guard lock{mutex_};
    return names_;
}

// All there can be, at 0: first what does not hang on the settings.
void EventMeter::prepare() {
    for (const auto event : kEvents) registry_.counter(metric::kAuditEvents, {event});
    registry_.counter(metric::kAuditEvents, {kOther});
    for (const auto mechanism : mechanisms()) {
        for (const auto outcome : kOutcomes) {
            registry_.histogram(metric::kAuthDuration, {mechanism, outcome});
        }
        const auto shown = sasl::shown_by(mechanism);
        const auto credential = shown.empty() ? "network"sv : shown;
        for (const auto service : kServices) {
            for (const auto& [outcome, reason] : kEndings) {
                registry_.counter(metric::kAuthAttempts,
                                  {service, mechanism, credential, outcome, reason});
            }
        }
    }
    registry_.counter(metric::kThrottled, {"account", "defer"});
    registry_.counter(metric::kThrottled, {"network", "block"});
    for (const auto action : kActions) {
        for (const auto& check : policy::checks()) {
            registry_.counter(metric::kPolicyDecisions, {check.name, action});
        }
        for (const auto rule : kOtherRules) {
            registry_.counter(metric::kPolicyDecisions, {rule, action});
        }
    }
    registry_.histogram(metric::kMessageBytes, {});
    registry_.histogram(metric::kMessageRecipients, {});
    registry_.counter(metric::kDeliveryAttempts, {kNone, "bounced", "route"});
}

void EventMeter::prepare(const MeterNames& names) {
    for (const auto& listener : names.listeners) {
        for (const auto result : kConnectionResults) {
            registry_.counter(metric::kConnections, {listener, result});
        }
        registry_.histogram(metric::kSessionDuration, {listener});
        registry_.counter(metric::kAuthCleartext, {listener});
    }
    for (const auto& route : names.routes) {
        registry_.counter(metric::kDeliveryAttempts, {route, "delivered", "ok"});
        for (const auto cause : kCauses) {
            registry_.counter(metric::kDeliveryAttempts, {route, "deferred", cause});
            registry_.counter(metric::kDeliveryAttempts, {route, "bounced", cause});
        }
        registry_.histogram(metric::kDeliveryDuration, {route});
    }
}

void EventMeter::record(Event event) {
    count(event);
    next_.record(std::move(event));
}

Result<void, StoreFault> EventMeter::write_through(std::span<const Event> events) {
    auto written = next_.write_through(events);
    if (!written) return written;  // they come again
    for (const auto& event : events) count(event);
    return written;
}

std::string EventMeter::listener_of(const Event& event) const {
    return std::string{one_of(names()->listeners, event.frontend)};
}

void EventMeter::count(const Event& event) {
    registry_.counter(metric::kAuditEvents, {one_of(kEvents, event.event)}).add();
    if (event.event == "auth.attempt") count_auth(event);
    if (event.event == "session.refused") count_refused(event);
    count_decision(event);
    count_throttled(event);
    if (event.event == "session.close") {
        registry_.histogram(metric::kSessionDuration, {listener_of(event)})
            .observe(event.latency_ms / 1'000);
    }
    if (event.event == "message.accepted") count_accepted(event);
    if (event.event.starts_with("config.")) count_reload(event);
    for (const auto result : kResults) {
        if (event.event.starts_with("message.") && event.event.substr(8) == result) {
            count_delivery(event, result);
        }
    }
}

void EventMeter::count_auth(const Event& event) {
    const auto outcome = audit::name(event.outcome);
    const auto mechanism = one_of(mechanisms(), event.mechanism);
    const auto said = event.reason.starts_with("token_")         ? kToken
                      : event.reason.starts_with("certificate_") ? kCertificate
                                                                 : std::string_view{event.reason};
    const auto known = [&](const auto& ending) {
        return ending.first == outcome && ending.second == said;
    };
    const auto reason = std::ranges::any_of(kEndings, known) ? said : kOther;
    const auto credential =
        event.credential_kind.empty() ? kNone : one_of(kCredentials, event.credential_kind);
    registry_
        .counter(metric::kAuthAttempts,
                 {one_of(kServices, event.service), mechanism, credential, outcome, reason})
        .add();
    if (event.reason == "tls_required") {
        registry_.counter(metric::kAuthCleartext, {listener_of(event)}).add();
    } else {
        registry_.histogram(metric::kAuthDuration, {mechanism, outcome})
            .observe(event.latency_ms / 1'000);
    }
}

void EventMeter::count_refused(const Event& event) {
    if (!turned_away(event.reason)) return;
    registry_.counter(metric::kConnections, {listener_of(event), connection_result(event.reason)})
        .add();
}

void EventMeter::count_decision(const Event& event) {
    if (event.event != "message.rejected" || event.policy_rule.empty()) return;
    registry_
        .counter(metric::kPolicyDecisions,
                 {known_rule(event.policy_rule), one_of(kActions, event.policy_action)})
        .add();
}

void EventMeter::count_throttled(const Event& event) {
    if (event.event == "message.rejected" && event.reason.starts_with("rate_")) {
        registry_.counter(metric::kThrottled, {"account", "defer"}).add();
    }
    const bool too_fast = event.reason == "connection_rate" || event.reason == "command_rate";
    if (event.event == "session.refused" && too_fast) {
        registry_.counter(metric::kThrottled, {"network", "block"}).add();
    }
}

void EventMeter::count_accepted(const Event& event) {
    if (!event.message) return;
    registry_.histogram(metric::kMessageBytes, {})
        .observe(static_cast<double>(event.message->size));
    registry_.histogram(metric::kMessageRecipients, {})
        .observe(static_cast<double>(event.message->recipients.size()));
}

void EventMeter::count_reload(const Event& event) {
    const bool taken = event.event == "config.reloaded";
    registry_.gauge(metric::kReloadSuccess, {}).set(taken ? 1 : 0);
    if (!taken) return;
    const std::chrono::duration<double> since_1970 = event.time.time_since_epoch();
    registry_.gauge(metric::kReloadTime, {}).set(since_1970.count());
}

void EventMeter::count_delivery(const Event& event, std::string_view result) {
    if (!event.delivery) return;
    const auto known = names();
    const std::string_view route =
        event.delivery->route.empty() ? kNone : one_of(known->routes, event.delivery->route);
    const auto cause = result == "delivered" ? "ok"sv : one_of(kCauses, event.reason);
    registry_.counter(metric::kDeliveryAttempts, {route, result, cause}).add();
    if (result == "deferred" || !event.message) return;
    // A queue id is a ULID: it says when the message came.
    if (const auto came = time_of_ulid(event.message->queue_id)) {
        const std::chrono::duration<double> took = event.time - *came;
        registry_.histogram(metric::kDeliveryDuration, {route})
            .observe(std::max(0.0, took.count()));
    }
}

}  // namespace signet::observe

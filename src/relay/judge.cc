#include "relay/judge.h"

#include "audit/timestamp.h"
#include "base/text.h"
#include "smtp/reply.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;

constexpr std::size_t kDetailOctets = 512;

std::string given_up(unsigned tries, const std::string& last_reply) {
    // RFC 3463 §3.5: X.4.7, delivery time expired.
    return "451 4.4.7 given up after " + std::to_string(tries) + (tries == 1 ? " try" : " tries") +
           "; the last answer: " + last_reply;
}

std::string_view event_name(Kind kind) {
    switch (kind) {
    case Kind::delivered: return "message.delivered";
    case Kind::deferred: return "message.deferred";
    case Kind::failed: return "message.bounced";
    }
    std::unreachable();
}

// What is known of every event about this entry.
audit::Event event_about(const queue::Entry& entry) {
    audit::Event event;
    event.service = "relay";
    event.session_id = entry.info.session_id;
    event.account_name = entry.info.account;
    event.message = {.queue_id = entry.id,
                     .message_id = entry.info.message_id,
                     .sender = entry.info.envelope.sender.text(),
                     .recipients = {},
                     .size = entry.content_octets};
    return event;
}

audit::Event attempt_event(const queue::Entry& entry, const RouteAttempt& from, Kind kind) {
    auto event = event_about(entry);
    event.event = event_name(kind);
    event.outcome = kind == Kind::delivered ? audit::Outcome::success : audit::Outcome::failure;
    event.severity = kind == Kind::delivered ? audit::Severity::info : audit::Severity::notice;
    event.latency_ms = from.latency_ms;
    event.mechanism = from.attempt.mechanism;
    event.delivery = {from.route, from.attempt.next_hop, entry.attempts + 1};
    if (const auto& tls = from.attempt.tls) {
        event.tls = {.version = tls->version, .cipher = tls->cipher, .sni = {}};
    }
    return event;
}

// "451 4.7.1 …" in its parts.
audit::Smtp smtp_of(std::string_view reply) {
    const auto code = parse_unsigned(reply.substr(0, 3));
    if (!code) return {};
    const auto rest = reply.substr(std::min<std::size_t>(4, reply.size()));
    const auto status = smtp::parse_enhanced_status(rest.substr(0, rest.find(' ')));
    return {static_cast<int>(*code), status ? status->text() : std::string{}};
}

}  // namespace

Judgement judge(const queue::Entry& entry, std::span<const RouteAttempt> attempts,
                const queue::RetrySchedule& schedule, WallTime now, Entropy& entropy) {
    Judgement judgement;
    const auto tries = entry.attempts + 1;
    const auto next = queue::next_try(schedule, tries, entry.info.accepted, now, entropy);
    judgement.retry_at = next.value_or(now);
    for (const auto& from : attempts) {
        for (std::size_t i = 0; i < from.recipients.size(); ++i) {
            const auto& answer = from.attempt.answers[i];
            queue::RecipientOutcome outcome{.recipient = from.recipients[i],
                                            .kind = answer.kind,
                                            .reply = answer.reply,
                                            .remote_mta = answer.remote_mta,
                                            .handed_to = from.attempt.handed_to};
            if (outcome.kind == Kind::deferred && !next) {
                outcome.kind = Kind::failed;
                outcome.reply = given_up(tries, outcome.reply);
                outcome.remote_mta.clear();
                judgement.given_up = true;
            }
            judgement.recipients.push_back(std::move(outcome));
        }
    }
    return judgement;
}

std::vector<audit::Event> events_of(const queue::Entry& entry,
                                    std::span<const RouteAttempt> attempts,
                                    const Judgement& judgement, WallTime now, UlidSource& ids) {
    std::vector<audit::Event> events;
    auto outcome = judgement.recipients.begin();
    for (const auto& from : attempts) {
        std::map<Kind, audit::Event> by_kind;
        for (std::size_t i = 0; i < from.recipients.size(); ++i, ++outcome) {
            const auto [at, first] = by_kind.try_emplace(outcome->kind);
            auto& event = at->second;
            if (first) {
                const bool expired = outcome->kind != from.attempt.answers[i].kind;
                event = attempt_event(entry, from, outcome->kind);
                event.reason = reason(expired ? Cause::expired : from.attempt.cause, outcome->kind);
                event.smtp = smtp_of(outcome->reply);
                event.detail = sanitised(outcome->reply, kDetailOctets);
            }
            const auto& recipients = entry.info.envelope.recipients;
            event.message->recipients.push_back(recipients[outcome->recipient].mailbox.text());
        }
        for (auto& [kind, event] : by_kind) {
            event.time = now;
            event.id = ids.next();
            if (kind == Kind::deferred) {
                event.change = {{"due", "", audit::timestamp(judgement.retry_at)}};
            }
            if (from.attempt.maybe_delivered && kind != Kind::delivered) {
                event.severity = audit::Severity::warning;
                event.detail =
                    "The next hop may have taken it; it may arrive twice. " + event.detail;
            }
            events.push_back(std::move(event));
        }
    }
    return events;
}

audit::Event report_event(const queue::Entry& entry, std::span<const dsn::Told> told,
                          const queue::Report& report, WallTime now, UlidSource& ids) {
    auto event = event_about(entry);
    event.event = "message.reported";
    event.time = now;
    event.id = ids.next();
    event.target = {"report", report.id, report.info.message_id};
    std::set<std::string_view> actions;
    for (const auto& one : told) {
        event.message->recipients.push_back(one.recipient->mailbox.text());
        actions.insert(dsn::name(one.action));
    }
    for (const auto action : actions) {
        event.detail += (event.detail.empty() ? "" : ", ") + std::string{action};
    }
    return event;
}

}  // namespace signet::relay

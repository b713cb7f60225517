#include "submission/trail.h"

#include "base/text.h"
#include "sasl/presented.h"

#include <chrono>
#include <utility>

namespace signet::submission {
namespace {

using audit::Outcome;
using audit::Severity;

double milliseconds_since(SteadyTime began, const Clock& clock) {
    return std::chrono::duration<double, std::milli>(clock.steady() - began).count();
}

audit::Smtp smtp_of(const smtp::Reply& reply) {
    return {.code = reply.code, .enhanced = reply.status ? reply.status->text() : std::string{}};
}

Severity severity_of(const AuthOutcome& auth) {
    if (auth.outcome == Outcome::success) return Severity::info;
    if (auth.reason == authn::kBindingMismatch) return Severity::warning;
    return auth.outcome == Outcome::error ? Severity::warning : Severity::notice;
}

// A mechanism that there is not would have shown a password.
std::string kind_of(std::string_view mechanism) {
    const auto shown = sasl::shown_by(mechanism);
    return std::string{shown.empty() ? "password" : shown};
}

// Whose password it was; of an account that nobody has, the name as any other one.
Task<void> name_exposed(audit::Event& event, const Services& services, const smtp::Auth& auth) {
    event.mechanism = auth.mechanism;
    if (!auth.initial) co_return;
    event.user_name = sasl::presented_user(auth.mechanism, *auth.initial);
    if (event.user_name.empty()) co_return;
    auto account = co_await services.credentials.account_of(event.user_name);
    event.account_name = account ? std::move(*account) : std::string{};
}

}  // namespace

audit::Event event_of(const Session& session, const Services& services, std::string name) {
    audit::Event event;
    event.time = services.clock.wall();
    event.id = services.ulids.next();
    event.event = std::move(name);
    event.service = smtp::name(session.role);
    event.frontend = session.listener;
    event.session_id = session.id;
    event.client = {.ip = session.peer.ip,
                    .port = session.peer.port,
                    .ehlo = session.ehlo.domain,
                    .proxy_ip = session.proxy ? session.proxy->ip : std::string{}};
    event.server = {.ip = session.local.ip, .port = session.local.port};
    if (session.tls) {
        event.tls = audit::Tls{.version = session.tls->version,
                               .cipher = session.tls->cipher,
                               .sni = session.tls->sni,
                               .implicit = session.role == smtp::Role::submissions};
    }
    if (session.login) {
        event.user_name = session.login->authcid;
        event.account_name = session.login->account;
        event.mechanism = session.login->method;
        event.credential_id = session.login->proven().credential_id;
        if (session.login->actor) event.authzid = session.login->account;
    }
    return event;
}

void record_auth(const Session& session, const Services& services, AuthOutcome auth,
                 const smtp::Reply& reply) {
    auto event = event_of(session, services, "auth.attempt");
    event.severity = severity_of(auth);
    event.outcome = auth.outcome;
    event.reason = std::move(auth.reason);
    event.user_name = std::move(auth.user);
    event.account_name = std::move(auth.account);
    event.credential_kind = kind_of(auth.mechanism);
    if (!auth.credential.empty()) event.credential_id = std::move(auth.credential);
    event.mechanism = std::move(auth.mechanism);
    event.detail = std::move(auth.detail);
    event.smtp = smtp_of(reply);
    event.latency_ms = milliseconds_since(auth.began, services.clock);
    services.audit.record(std::move(event));
}

void record_downgrade(const Session& session, const Services& services, std::string_view once) {
    auto event = event_of(session, services, "auth.downgrade");
    event.severity = Severity::warning;
    event.reason = "weaker_mechanism";
    event.credential_kind = kind_of(event.mechanism);
    event.detail = "this client signed in with " + std::string{once} +
                   " before, which it is still offered: it was set up anew, it is another one with "
                   "the same password, or somebody between hides the offer";
    services.audit.record(std::move(event));
}

void record_network(const Session& session, const Services& services) {
    auto event = event_of(session, services, "auth.attempt");  // user, account and mechanism
    event.credential_kind = "network";
    services.audit.record(std::move(event));
}

Task<void> record_refusal(const Session& session, const Services& services, smtp::Refused refused) {
    using Why = smtp::Refused::Why;
    // Mistyped commands are the protocol's everyday; what is recorded is what an attack looks like.
    const bool everyday = refused.why == Why::syntax || refused.why == Why::order ||
                          refused.why == Why::auth_required;
    if (everyday && !refused.exposed_credentials) co_return;
    const bool is_auth = refused.verb == "AUTH";
    auto event = event_of(session, services, is_auth ? "auth.attempt" : "session.refused");
    event.outcome = Outcome::failure;
    event.reason = smtp::name(refused.why);
    event.severity = refused.exposed_credentials ? Severity::warning : Severity::notice;
    if (refused.exposed_credentials) {
        event.detail = "a password was sent before TLS: change it";
    } else if (!refused.verb.empty()) {
        event.detail = "at " + sanitised(refused.verb, 12);
    }
    if (refused.exposed) co_await name_exposed(event, services, *refused.exposed);
    services.audit.record(std::move(event));
}

void record_turned_away(const Session& session, const Services& services, std::string_view reason) {
    auto event = event_of(session, services, "session.refused");
    event.outcome = Outcome::failure;
    event.severity = Severity::notice;
    event.reason = reason;
    event.smtp = {.code = 421, .enhanced = ""};
    services.audit.record(std::move(event));
}

void record_uncounted(const Session& session, const Services& services, StoreFault why) {
    auto event = event_of(session, services, "policy.decision");
    event.outcome = Outcome::error;
    event.severity = Severity::warning;
    event.reason = "rate_uncounted";
    event.detail = "the store of rates cannot count: " + std::string{name(why)};
    services.audit.record(std::move(event));
}

void record_proxy_fault(const Session& session, const Services& services, std::string detail) {
    auto event = event_of(session, services, "session.refused");
    event.outcome = Outcome::error;
    event.severity = Severity::warning;
    event.reason = "proxy_error";
    event.detail = "no PROXY header that can be believed: " + std::move(detail);
    services.audit.record(std::move(event));
}

void record_handshake_failure(const Session& session, const Services& services,
                              const net::Stream& stream) {
    const auto failure = stream.handshake_failure();
    auto event = event_of(session, services, "session.refused");
    event.outcome = Outcome::failure;
    event.severity = Severity::notice;
    event.reason = "tls_" + std::string{net::name(failure.why)};
    event.tls = audit::Tls{.version = failure.offered,
                           .cipher = {},
                           .sni = failure.sni,
                           .implicit = session.role == smtp::Role::submissions};
    event.detail = sanitised(stream.last_tls_error(), 255);
    services.audit.record(std::move(event));
}

void record_rejection(const Session& session, const Services& services, std::string rule,
                      std::string sender, const smtp::Reply& reply) {
    auto event = event_of(session, services, "message.rejected");
    event.outcome = reply.temporary() ? Outcome::error : Outcome::failure;
    event.reason = rule;
    event.severity = Severity::notice;
    event.policy_rule = std::move(rule);
    event.policy_action = reply.temporary() ? "defer" : "reject";
    event.smtp = smtp_of(reply);
    event.message = audit::Message{};
    event.message->sender = std::move(sender);
    event.detail = reply.text();
    services.audit.record(std::move(event));
}

audit::Event accepted_event(const Session& session, const Services& services,
                            const queue::MessageInfo& info, std::uint64_t size) {
    auto event = event_of(session, services, "message.accepted");
    event.smtp = {.code = 250, .enhanced = "2.0.0"};
    audit::Message message;
    message.message_id = info.message_id;
    message.sender = info.envelope.sender.text();
    message.size = size;
    for (const auto& recipient : info.envelope.recipients) {
        message.recipients.push_back(recipient.mailbox.text());
    }
    event.message = std::move(message);
    return event;
}

void record_close(const Session& session, const Services& services, End end) {
    auto event = event_of(session, services, "session.close");
    event.reason = name(end);
    event.outcome = end == End::quit ? Outcome::success : Outcome::aborted;
    event.latency_ms = milliseconds_since(session.began, services.clock);
    services.audit.record(std::move(event));
}

}  // namespace signet::submission

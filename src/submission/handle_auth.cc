// AUTH (RFC 4954): drives one SASL exchange, holds a refusal back, and writes the audit event.
#include "authn/exchange.h"
#include "base/ip.h"
#include "net/timer.h"
#include "sasl/mechanism.h"
#include "submission/handlers.h"
#include "submission/listener_of.h"
#include "submission/replies.h"
#include "submission/sign_in_rules.h"
#include "submission/trail.h"

#include <algorithm>
#include <utility>

namespace signet::submission {
namespace {

smtp::Reply reply_to(authn::Denial denial, const Services& services) {
    switch (denial) {
    case authn::Denial::malformed: return replies::auth_malformed();
    case authn::Denial::out_of_turn: return replies::auth_out_of_turn();
    case authn::Denial::credentials: return replies::credentials_invalid();
    case authn::Denial::too_weak: return replies::mechanism_too_weak();
    case authn::Denial::app_password:
        return replies::app_password_required(services.settings.passwords.app_password_page);
    case authn::Denial::too_old:
        return replies::password_too_old(services.settings.passwords.age.page);
    case authn::Denial::throttled: return replies::auth_throttled();
    case authn::Denial::backend: return replies::auth_unavailable();
    }
    std::unreachable();
}

Task<void> wait_until(SteadyTime then, const Services& services) {
    const auto left = then - services.clock.steady();
    if (left.count() <= 0) co_return;
    co_await net::sleep_for(std::chrono::duration_cast<std::chrono::microseconds>(left));
}

// A guess is answered no sooner than a fixed floor, and later with each failure of this session or
// of the client's network, so that neither the scheme of a hash nor the existence of an account
// shows in the time.  Only this session waits: the right password of another client is never
// delayed.
Task<void> hold_back(const Session& session, const AuthAttempt& attempt,
                     std::chrono::milliseconds wanted, const Services& services) {
    const auto delay = authn::failure_delay(session.sign_in.failures, services.settings.auth);
    co_await wait_until(attempt.began + std::max(delay, wanted), services);
}

bool is_a_guess(authn::Denial denial) {
    return denial == authn::Denial::credentials || denial == authn::Denial::throttled;
}

Task<smtp::Reply> deny(Session& session, const AuthAttempt& attempt, authn::Denied denied,
                       smtp::Reply reply, const Services& services) {
    if (is_a_guess(denied.denial)) {
        co_await hold_back(session, attempt, denied.hold_back, services);
        ++session.sign_in.failures;
        if (session.sign_in.failures >= services.settings.auth.failures) {
            reply = replies::too_many_failures(services.settings.hostname);
        }
    }
    const bool backend = denied.denial == authn::Denial::backend;
    record_auth(session, services,
                {.outcome = backend ? audit::Outcome::error : audit::Outcome::failure,
                 .reason = std::move(denied.reason),
                 .user = std::move(denied.user),
                 .account = std::move(denied.account),
                 .mechanism = attempt.mechanism,
                 .credential = std::move(denied.credential),
                 .detail = std::move(denied.detail),
                 .began = attempt.began},
                reply);
    co_return reply;
}

// A client that knew better before, and is still offered it.
void look_for_downgrade(const Session& session, const Services& services) {
    const auto& login = session.login->proven();
    const auto* now = sasl::find_mechanism(login.method);
    if (services.watchers.downgrades == nullptr || now == nullptr) return;
    const auto* once = services.watchers.downgrades->signed_in(
        {login.account, client_network(session.peer.ip), session.ehlo.domain}, *now);
    if (once != nullptr && session.sign_in.offer.has(*once)) {
        record_downgrade(session, services, once->name);
    }
}

smtp::Reply grant(Session& session, const AuthAttempt& attempt, identity::Login login,
                  const Services& services) {
    auto reply = replies::authenticated();
    session.login = std::move(login);
    record_auth(session, services,
                {.outcome = audit::Outcome::success,
                 .reason = "ok",
                 .user = session.login->authcid,
                 .account = session.login->account,
                 .mechanism = attempt.mechanism,
                 .began = attempt.began},
                reply);
    look_for_downgrade(session, services);
    return reply;
}

// The proof was right; by which mechanism it may come, the rules say: those for whoever proved
// himself, and those for the account that he acts as.
std::optional<authn::Denied> forbidden(const Session& session, const AuthAttempt& attempt,
                                       const identity::Login& login, const Services& services) {
    const auto allowed = [&](const identity::Login& one) {
        return may_sign_in({session.listener, session.peer.ip}, one, attempt.mechanism,
                           services.settings);
    };
    const auto& proven = login.proven();
    if (allowed(proven) && (!login.actor || allowed(login))) return {};
    return authn::Denied{
        .denial = authn::Denial::too_weak,
        .reason = std::string{identity::name(identity::Refusal::mechanism_not_allowed)},
        .user = proven.authcid,
        .account = login.account,
        .detail = "by the rules of [[sign_in]]",
        .credential = proven.credential_id};
}

Task<smtp::Reply> step(Session& session, AuthAttempt attempt, sasl::ClientMessage message,
                       const Services& services) {
    const auto patience = Deadline::in(services.clock, services.settings.limits.before_auth);
    auto turn = co_await attempt.exchange.resume(std::move(message), patience);
    if (auto* challenge = std::get_if<authn::Challenge>(&turn)) {
        if (challenge->looked_up)
            co_await wait_until(attempt.began + authn::kLookUpFloor, services);
        session.sign_in.attempt = std::move(attempt);
        co_return replies::challenge(challenge->octets);
    }
    if (auto* granted = std::get_if<authn::Granted>(&turn)) {
        auto why = forbidden(session, attempt, granted->login, services);
        if (!why) co_return grant(session, attempt, std::move(granted->login), services);
        turn = std::move(*why);
    }
    auto& denied = std::get<authn::Denied>(turn);
    auto reply = reply_to(denied.denial, services);
    co_return co_await deny(session, attempt, std::move(denied), std::move(reply), services);
}

authn::Whence whence_of(const Session& session) {
    if (!session.tls) return {session.peer.ip};
    return {session.peer.ip, session.tls->version, session.tls->certificate};
}

}  // namespace

Task<smtp::Reply> handle_auth(Session& session, smtp::Auth auth, sasl::Setting setting,
                              const Services& services) {
    session.sign_in.attempt.reset();
    if (!listener_of(session, services.settings).auth) {
        const auto reply = replies::sign_in_not_offered();
        record_auth(session, services,
                    {.outcome = audit::Outcome::failure,
                     .reason = "auth_not_offered",
                     .mechanism = {},
                     .began = services.clock.steady()},
                    reply);
        co_return reply;
    }
    const auto* mechanism = sasl::find_mechanism(auth.mechanism);
    if (mechanism == nullptr || !session.sign_in.offer.has(*mechanism)) {
        const auto reply = replies::mechanism_unknown();
        record_auth(session, services,
                    {.outcome = audit::Outcome::failure,
                     .reason = mechanism ? "mechanism_disabled" : "mechanism_unknown",
                     .user = {},
                     .account = {},
                     .mechanism = mechanism ? std::string{mechanism->name} : std::string{},
                     .began = services.clock.steady()},
                    reply);
        co_return reply;
    }
    AuthAttempt attempt{.mechanism = std::string{mechanism->name},
                        .exchange = authn::Exchange{*mechanism,
                                                    {services.credentials, services.vouchers,
                                                     services.settings.act_as},
                                                    whence_of(session),
                                                    std::move(setting)},
                        .began = services.clock.steady()};
    co_return co_await step(session, std::move(attempt),
                            sasl::ClientMessage{std::move(auth.initial)}, services);
}

Task<smtp::Reply> handle_auth_response(Session& session, smtp::AuthResponse response,
                                       const Services& services) {
    auto attempt = std::exchange(session.sign_in.attempt, {});
    if (!attempt) co_return replies::auth_out_of_turn();
    // Who was told what is wrong with his token has failed, whatever he says to it.
    if (auto refused = attempt->exchange.refused()) {
        attempt->began = services.clock.steady();
        auto reply =
            response.octets ? reply_to(refused->denial, services) : replies::auth_cancelled();
        co_return co_await deny(session, *attempt, std::move(*refused), std::move(reply), services);
    }
    if (!response.octets) {  // "*": RFC 4954 §4 asks for 501
        const auto reply = replies::auth_cancelled();
        record_auth(session, services,
                    {.outcome = audit::Outcome::aborted,
                     .reason = "aborted",
                     .user = {},
                     .account = {},
                     .mechanism = attempt->mechanism,
                     .began = attempt->began},
                    reply);
        co_return reply;
    }
    attempt->began = services.clock.steady();  // the client's thinking time is not ours
    co_return co_await step(session, std::move(*attempt),
                            sasl::ClientMessage{std::move(response.octets)}, services);
}

}  // namespace signet::submission

#include "relay/next_hop.h"

#include "relay/converse.h"
#include "relay/session.h"
#include "relay/smart_host_words.h"
#include "sasl/nonce.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using smtp::ClientEnd;
using smtp::TlsPolicy;

Cause cause_of(net::ConnectFault::Kind kind) {
    using enum net::ConnectFault::Kind;
    switch (kind) {
    case no_such_host:
    case resolver: return Cause::dns;
    case refused:
    case unreachable:
    case not_public:
    case timed_out: return Cause::connect;
    case tls: return Cause::tls;
    case cancelled: return Cause::local;
    }
    std::unreachable();
}

// RFC 3463 §3.5, §3.8
std::string_view status_of(Cause cause) {
    if (cause == Cause::dns) return "4.4.3 ";
    if (cause == Cause::tls) return "4.7.5 ";
    return cause == Cause::local ? "4.3.2 " : "4.4.1 ";
}

struct Try {
    Attempt attempt;
    bool without_tls_may_help = false;
};

// Nothing about the message is wrong, so it waits: even where the name does not exist, for it is
// the administrator who wrote the name.
Attempt not_connected(const NextHop& hop, const Consignment& consignment,
                      const net::ConnectFault& fault) {
    const auto cause = cause_of(fault.kind);
    const Answer answer{Kind::deferred, "451 " + std::string{status_of(cause)} + fault.text + " (" +
                                            hop.text() + ")"};
    return same_for_all(consignment, cause, answer, hop.text());
}

// The provider's trouble is no reason to bounce anything: the message waits.
Attempt no_token(const NextHop& hop, const Consignment& consignment, const TokenFault& fault) {
    // RFC 3463 §3.8: X.7.0, other or undefined security status.
    const Answer answer{Kind::deferred, "454 4.7.0 no access token to sign in with: " + fault.text +
                                            " (" + hop.text() + ")"};
    return same_for_all(consignment, Cause::auth, answer, hop.text());
}

// How we present ourselves.
smtp::ClientSetting setting_for(const NextHop& hop, TlsPolicy tls,
                                sasl::ClientCredentials credentials) {
    smtp::ClientSetting setting{.hostname = hop.hostname,
                                .tls = tls,
                                .inside_tls = hop.implicit_tls,
                                .lmtp = hop.lmtp,
                                .keep_open = true};
    if (hop.sign_in) {
        setting.credentials = std::move(credentials);
        setting.nonce = sasl::fresh_nonce(hop.sign_in->entropy);
    }
    return setting;
}

// With what is known of it, where it says little.
std::string explained(const smtp::Reply& reply, const NextHop& hop) {
    if (!hop.sign_in) return reply.text();
    const auto words = words_for(reply, hop.sign_in->proof());
    return words.empty() ? reply.text() : reply.text() + "; " + std::string{words};
}

using Credentials = Result<sasl::ClientCredentials, TokenFault>;
Task<Credentials> credentials_for(const NextHop& hop) {
    if (!hop.sign_in) co_return sasl::ClientCredentials{};
    co_return co_await hop.sign_in->credentials();
}

net::ConnectTarget target_of(const NextHop& hop) {
    return {.host = hop.address.empty() ? hop.host : hop.address,
            .port = hop.port,
            .tls = hop.tls_context,
            .implicit_tls = hop.implicit_tls,
            .tls_name = hop.host,
            .source = hop.source};
}

Task<Try> hand_over_once(const NextHop& hop, TlsPolicy tls, const Load& load,
                         const Network& network) {
    const auto content = co_await load.open();
    if (!content) {
        co_return Try{same_for_all(load.consignment, Cause::content, unreadable(content.error()),
                                   hop.text())};
    }
    auto credentials = co_await credentials_for(hop);
    if (!credentials) co_return Try{no_token(hop, load.consignment, credentials.error())};
    auto stream = co_await network.connect(
        target_of(hop),
        Deadline::in(network.clock, std::min(hop.patience.step, hop.patience.connect))
            .sooner_of(load.deadline));
    if (!stream) co_return Try{not_connected(hop, load.consignment, stream.error())};

    auto session = std::make_unique<Session>(Session{
        .host = hop.host,
        .next_hop = hop.text(),
        .step = hop.patience.step,
        .sign_in = hop.sign_in,
        .stream = std::move(*stream),
        .client = {setting_for(hop, tls, std::move(*credentials)),
                   {.envelope = load.consignment.envelope, .octets = load.consignment.octets}},
        .opened = network.clock.steady()});
    auto spoken = co_await speak(std::move(session), load, **content, network.clock);
    if (spoken.finished.end == ClientEnd::auth_refused && hop.sign_in->tokens) {
        hop.sign_in->tokens->refused();
    }
    co_return Try{std::move(spoken.attempt), spoken.finished.end == ClientEnd::tls_failed};
}

}  // namespace

std::string NextHop::text() const {
    if (host.starts_with('/')) return host;
    const auto name = host.contains(':') ? "[" + host + "]" : host;
    return name + ":" + std::to_string(port);
}

Task<Probe> probe(const NextHop& hop, const Network& network) {
    auto credentials = co_await credentials_for(hop);
    if (!credentials) co_return Probe{.said = credentials.error().text};
    const Deadline whole = Deadline::in(network.clock, hop.patience.step);
    auto stream = co_await network.connect(target_of(hop), whole);
    if (!stream) co_return Probe{.said = stream.error().text};
    // Nobody gets it: the conversation ends before MAIL.
    mail::Envelope envelope;
    envelope.recipients.push_back({.mailbox = *mail::parse_mailbox("nobody@example.invalid")});
    smtp::ClientProtocol client{setting_for(hop, hop.tls, std::move(*credentials)),
                                {.envelope = std::move(envelope), .octets = 0}};
    const Patience patience{.step = hop.patience.step, .whole = whole};
    auto ended = co_await approach(**stream, client, network.clock, patience,
                                   hop.sign_in ? &hop.sign_in->salting : nullptr);
    Probe result{.signed_in = !ended, .tls = (*stream)->tls()};
    if (ended) {
        result.end = ended->end;
        result.mechanism = ended->mechanism;
        if (!ended->recipients.empty()) result.said = explained(ended->recipients[0].reply, hop);
        if (ended->end == ClientEnd::tls_failed) result.said += ": " + (*stream)->last_tls_error();
        co_return result;
    }
    (void)co_await (*stream)->write("QUIT\r\n", whole);
    co_await (*stream)->close();
    co_return result;
}

Task<Attempt> hand_over(const NextHop& hop, const Load& load, const Network& network) {
    co_await part(std::move(load.session), network.clock);  // with the host before this one
    auto first = co_await hand_over_once(hop, hop.tls, load, network);
    // RFC 7435 §1: some protection is better than none, and none is better than no mail.  But a
    // password goes through TLS or not at all.
    const bool in_the_clear =
        first.without_tls_may_help && !hop.sign_in && hop.tls == TlsPolicy::opportunistic;
    if (!in_the_clear) co_return std::move(first.attempt);
    auto second = co_await hand_over_once(hop, TlsPolicy::none, load, network);
    co_return std::move(second.attempt);
}

}  // namespace signet::relay

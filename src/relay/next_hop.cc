#include "relay/next_hop.h"

#include "relay/converse.h"
#include "sasl/nonce.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using smtp::ClientEnd;
using smtp::TlsPolicy;

Kind kind_of(smtp::RecipientResult::Kind kind) {
    switch (kind) {
    case smtp::RecipientResult::Kind::delivered: return Kind::delivered;
    case smtp::RecipientResult::Kind::deferred: return Kind::deferred;
    case smtp::RecipientResult::Kind::failed: return Kind::failed;
    }
    std::unreachable();
}

Cause cause_of(ClientEnd end) {
    switch (end) {
    case ClientEnd::completed:
    case ClientEnd::refused: return Cause::remote;
    case ClientEnd::tls_unavailable:
    case ClientEnd::tls_failed:
    case ClientEnd::injected: return Cause::tls;
    case ClientEnd::auth_unavailable:
    case ClientEnd::auth_refused:
    case ClientEnd::server_unproven: return Cause::auth;
    case ClientEnd::out_of_step: return Cause::protocol;
    case ClientEnd::lost_before_dot:
    case ClientEnd::lost_after_dot: return Cause::lost;
    case ClientEnd::content_unavailable:
    case ClientEnd::bare_newline: return Cause::content;
    }
    std::unreachable();
}

Cause cause_of(net::ConnectFault::Kind kind) {
    using enum net::ConnectFault::Kind;
    switch (kind) {
    case no_such_host:
    case resolver: return Cause::dns;
    case refused:
    case unreachable:
    case timed_out: return Cause::connect;
    case tls: return Cause::tls;
    case cancelled: return Cause::local;
    }
    std::unreachable();
}

constexpr std::size_t kReplyOctets = 900;  // so that the names behind it fit the queue's limit

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

smtp::ClientProtocol client_for(const NextHop& hop, const Consignment& consignment, TlsPolicy tls) {
    smtp::Outgoing message{.envelope = consignment.envelope, .octets = consignment.octets};
    smtp::ClientSetting setting{
        .hostname = hop.hostname, .tls = tls, .inside_tls = hop.implicit_tls, .lmtp = hop.lmtp};
    if (hop.sign_in) {
        setting.credentials = hop.sign_in->credentials();
        setting.nonce = sasl::fresh_nonce(hop.sign_in->entropy);
    }
    return smtp::ClientProtocol{std::move(setting), std::move(message)};
}

Attempt attempt_of(const NextHop& hop, const smtp::Finished& finished, const net::Stream& stream) {
    Attempt attempt;
    attempt.cause = cause_of(finished.end);
    attempt.next_hop = hop.text();
    attempt.tls = stream.tls();
    attempt.mechanism = finished.mechanism;
    attempt.maybe_delivered = finished.end == ClientEnd::lost_after_dot;
    attempt.handed_to =
        finished.dsn ? queue::HandedTo::hop_with_dsn : queue::HandedTo::hop_without_dsn;
    const auto from = " (" + hop.text() + ", " + stream.peer().text() + ")";
    for (const auto& result : finished.recipients) {
        auto reply = result.reply.text().substr(0, kReplyOctets);
        if (finished.end == ClientEnd::tls_failed) reply += ": " + stream.last_tls_error();
        reply += from;
        attempt.answers.push_back({kind_of(result.kind), std::move(reply),
                                   result.from_next_hop ? hop.host : std::string{}});
    }
    return attempt;
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
    const auto stream = co_await network.connect(
        target_of(hop),
        Deadline::in(network.clock, std::min(hop.patience.step, hop.patience.connect))
            .sooner_of(load.deadline));
    if (!stream) co_return Try{not_connected(hop, load.consignment, stream.error())};

    auto client = client_for(hop, load.consignment, tls);
    const Patience patience{.step = hop.patience.step, .whole = load.deadline};
    const auto finished = co_await converse(**stream, client, **content, network.clock, patience,
                                            hop.sign_in ? &hop.sign_in->salting : nullptr);
    co_return Try{attempt_of(hop, finished, **stream), finished.end == ClientEnd::tls_failed};
}

}  // namespace

std::string NextHop::text() const {
    if (host.starts_with('/')) return host;
    const auto name = host.contains(':') ? "[" + host + "]" : host;
    return name + ":" + std::to_string(port);
}

Task<Attempt> hand_over(const NextHop& hop, const Load& load, const Network& network) {
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

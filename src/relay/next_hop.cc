#include "relay/next_hop.h"

#include "relay/session.h"
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

smtp::ClientProtocol client_for(const NextHop& hop, const Consignment& consignment, TlsPolicy tls) {
    smtp::Outgoing message{.envelope = consignment.envelope, .octets = consignment.octets};
    smtp::ClientSetting setting{.hostname = hop.hostname,
                                .tls = tls,
                                .inside_tls = hop.implicit_tls,
                                .lmtp = hop.lmtp,
                                .keep_open = true};
    if (hop.sign_in) {
        setting.credentials = hop.sign_in->credentials();
        setting.nonce = sasl::fresh_nonce(hop.sign_in->entropy);
    }
    return smtp::ClientProtocol{std::move(setting), std::move(message)};
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
    auto stream = co_await network.connect(
        target_of(hop),
        Deadline::in(network.clock, std::min(hop.patience.step, hop.patience.connect))
            .sooner_of(load.deadline));
    if (!stream) co_return Try{not_connected(hop, load.consignment, stream.error())};

    auto session =
        std::make_unique<Session>(Session{.host = hop.host,
                                          .next_hop = hop.text(),
                                          .step = hop.patience.step,
                                          .sign_in = hop.sign_in,
                                          .stream = std::move(*stream),
                                          .client = client_for(hop, load.consignment, tls),
                                          .opened = network.clock.steady()});
    auto spoken = co_await speak(std::move(session), load, **content, network.clock);
    co_return Try{std::move(spoken.attempt), spoken.finished.end == ClientEnd::tls_failed};
}

}  // namespace

std::string NextHop::text() const {
    if (host.starts_with('/')) return host;
    const auto name = host.contains(':') ? "[" + host + "]" : host;
    return name + ":" + std::to_string(port);
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

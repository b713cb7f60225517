#include "relay/transport_smarthost.h"

#include "relay/converse.h"

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
    case ClientEnd::auth_refused: return Cause::auth;
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

class SmartHostTransport final : public Transport {
public:
    SmartHostTransport(SmartHost smart_host, const Clock& clock, Connect connect)
        : host_(std::move(smart_host)),
          next_hop_(host_.host + ":" + std::to_string(host_.port)),
          clock_(clock),
          connect_(std::move(connect)) {}

    Task<Attempt> deliver(const Consignment& consignment, const OpenContent& open,
                          Deadline deadline) override {
        auto first = co_await deliver_once(consignment, open, deadline, host_.tls);
        // RFC 7435 §1: some protection is better than none, and none is better than no mail.  But
        // a password goes through TLS or not at all.
        const bool in_the_clear = first.without_tls_may_help && host_.user.empty() &&
                                  host_.tls == TlsPolicy::opportunistic;
        if (!in_the_clear) co_return std::move(first.attempt);
        auto second = co_await deliver_once(consignment, open, deadline, TlsPolicy::none);
        co_return std::move(second.attempt);
    }

private:
    Task<Try> deliver_once(const Consignment& consignment, const OpenContent& open,
                           Deadline deadline, TlsPolicy tls) {
        const auto content = co_await open();
        if (!content) {
            co_return Try{
                same_for_all(consignment, Cause::content, unreadable(content.error()), next_hop_)};
        }
        const auto stream = co_await connect_(
            net::ConnectTarget{host_.host, host_.port, host_.tls_context, host_.implicit_tls},
            Deadline::in(clock_, host_.timeout).sooner_of(deadline));
        if (!stream) co_return Try{not_connected(consignment, stream.error())};

        auto client = client_for(consignment, tls);
        const Patience patience{.step = host_.timeout, .whole = deadline};
        const auto finished = co_await converse(**stream, client, **content, clock_, patience);
        co_return Try{attempt_of(finished, **stream), finished.end == ClientEnd::tls_failed};
    }

    // Nothing about the message is wrong, so it waits: even where the name does not exist, for it
    // is the administrator who wrote the name.
    Attempt not_connected(const Consignment& consignment, const net::ConnectFault& fault) const {
        const auto cause = cause_of(fault.kind);
        const Answer answer{Kind::deferred, "451 " + std::string{status_of(cause)} + fault.text +
                                                " (" + next_hop_ + ")"};
        return same_for_all(consignment, cause, answer, next_hop_);
    }

    smtp::ClientProtocol client_for(const Consignment& consignment, TlsPolicy tls) const {
        smtp::Outgoing message{.envelope = consignment.envelope, .octets = consignment.octets};
        smtp::ClientSetting setting{.hostname = host_.hostname,
                                    .tls = tls,
                                    .inside_tls = host_.implicit_tls,
                                    .credentials = {host_.user, host_.password.clone()}};
        return smtp::ClientProtocol{std::move(setting), std::move(message)};
    }

    Attempt attempt_of(const smtp::Finished& finished, const net::Stream& stream) const {
        Attempt attempt;
        attempt.cause = cause_of(finished.end);
        attempt.next_hop = next_hop_;
        attempt.tls = stream.tls();
        attempt.maybe_delivered = finished.end == ClientEnd::lost_after_dot;
        const auto from = " (" + next_hop_ + ", " + stream.peer().text() + ")";
        for (const auto& result : finished.recipients) {
            auto reply = result.reply.text().substr(0, kReplyOctets);
            if (finished.end == ClientEnd::tls_failed) reply += ": " + stream.last_tls_error();
            reply += from;
            attempt.answers.push_back({kind_of(result.kind), std::move(reply)});
        }
        return attempt;
    }

    const SmartHost host_;
    const std::string next_hop_;
    const Clock& clock_;
    const Connect connect_;
};

}  // namespace

std::unique_ptr<Transport> make_smart_host_transport(SmartHost smart_host, const Clock& clock,
                                                     Connect connect) {
    return std::make_unique<SmartHostTransport>(std::move(smart_host), clock, std::move(connect));
}

}  // namespace signet::relay

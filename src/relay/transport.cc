#include "relay/transport.h"

#include <utility>

namespace signet::relay {

using Kind = queue::RecipientOutcome::Kind;

std::string_view reason(Cause cause, Kind kind) {
    if (kind == Kind::delivered) return cause == Cause::discarded ? "discarded" : "ok";
    switch (cause) {
    case Cause::remote: return kind == Kind::failed ? "remote_5xx" : "remote_4xx";
    case Cause::dns: return "dns";
    case Cause::connect: return "connect";
    case Cause::tls: return "tls";
    case Cause::auth: return "auth";
    case Cause::protocol: return "protocol";
    case Cause::lost: return "lost";
    case Cause::content: return "content";
    case Cause::local: return "local";
    case Cause::route: return "route";
    case Cause::expired: return "expired";
    case Cause::discarded: return "discarded";
    }
    std::unreachable();
}

Attempt same_for_all(const Consignment& consignment, Cause cause, const Answer& answer,
                     std::string next_hop) {
    Attempt attempt;
    attempt.answers.assign(consignment.envelope.recipients.size(), answer);
    attempt.cause = cause;
    attempt.next_hop = std::move(next_hop);
    return attempt;
}

Answer unreadable(StoreFault fault) {
    return {Kind::deferred,
            "451 4.3.0 the message could not be read here: " + std::string{name(fault)}};
}

}  // namespace signet::relay

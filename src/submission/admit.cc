#include "submission/admit.h"

#include "submission/replies.h"

#include <utility>

namespace signet::submission {

smtp::ProtocolLimits protocol_limits(const settings::LimitSettings& limits) {
    smtp::ProtocolLimits protocol;
    protocol.errors = limits.errors;
    protocol.commands = limits.commands;
    protocol.recipients = limits.recipients;
    protocol.message_octets = limits.message_size;
    return protocol;
}

std::optional<TurnAway> refuse_admission(limits::Connections::Answer answer,
                                         std::string_view hostname) {
    switch (answer) {
    case limits::Connections::Answer::admitted: return {};
    case limits::Connections::Answer::too_many:
        return TurnAway{"too_many_connections", replies::busy(hostname)};
    case limits::Connections::Answer::too_many_from_network:
        return TurnAway{"too_many_from_network", replies::too_many_from_you(hostname)};
    }
    std::unreachable();
}

Task<void> turn_away(net::Stream& stream, smtp::Role role, const smtp::Reply& reply,
                     const Clock& clock) {
    if (role == smtp::Role::submissions) co_return;
    co_await stream.write(reply.wire(), Deadline::in(clock, std::chrono::seconds{2}));
}

}  // namespace signet::submission

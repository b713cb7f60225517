// Who is let in at all, before the first word.
#pragma once

#include "base/task.h"
#include "limits/connections.h"
#include "net/stream.h"
#include "settings/snapshot.h"
#include "smtp/server_protocol.h"

#include <optional>
#include <string_view>

namespace signet::submission {

smtp::ProtocolLimits protocol_limits(const settings::LimitSettings& limits);

// What a client is told that is not let in, and what the audit log is.
struct TurnAway {
    std::string_view reason;
    smtp::Reply reply;
};
// nullopt: the client is admitted.
std::optional<TurnAway> refuse_admission(limits::Connections::Answer answer,
                                         std::string_view hostname);

// Says 421 and closes.  On an implicit-TLS listener the client expects a handshake, which we do
// not spend on it under overload: it sees the connection close.
Task<void> turn_away(net::Stream& stream, smtp::Role role, const smtp::Reply& reply,
                     const Clock& clock);

}  // namespace signet::submission

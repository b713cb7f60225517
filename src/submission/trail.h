// The audit trail of a session: each attempt, refusal and acceptance as one event, with everything
// that is known of the connection (docs/reference/audit.md).
#pragma once

#include "audit/event.h"
#include "authn/exchange.h"
#include "queue/message.h"
#include "smtp/server_protocol.h"
#include "submission/services.h"
#include "submission/session.h"

#include <string>
#include <string_view>

namespace signet::submission {

// An event with time, id and all that the session knows.
audit::Event event_of(const Session& session, const Services& services, std::string name);

struct AuthOutcome {
    audit::Outcome outcome = audit::Outcome::failure;
    std::string reason;
    std::string user{}, account{};  // as presented; resolved
    std::string mechanism;
    std::string credential{};  // that was right, and refused all the same
    std::string detail{};      // for people
    SteadyTime began{};
};
void record_auth(const Session& session, const Services& services, AuthOutcome auth,
                 const smtp::Reply& reply);

// A client that signed in with `once`, and now by a weaker mechanism.
void record_downgrade(const Session& session, const Services& services, std::string_view once);

// The login of a trusted network, once a session, when it is first used.
void record_network(const Session& session, const Services& services);

// A password that was sent in the clear is reported with the account that it opens.
Task<void> record_refusal(const Session& session, const Services& services, smtp::Refused refused);
// Answered 421 for that reason: at the door, or at a command.
void record_turned_away(const Session& session, const Services& services, std::string_view reason);
// Let go on though nobody could say whether it was too much.
void record_uncounted(const Session& session, const Services& services, StoreFault why);
void record_proxy_fault(const Session& session, const Services& services, std::string detail);
void record_handshake_failure(const Session& session, const Services& services,
                              const net::Stream& stream);
void record_rejection(const Session& session, const Services& services, std::string rule,
                      std::string sender, const smtp::Reply& reply);
audit::Event accepted_event(const Session& session, const Services& services,
                            const queue::MessageInfo& info, std::uint64_t size);
void record_close(const Session& session, const Services& services, End end);

}  // namespace signet::submission

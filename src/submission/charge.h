// What the login of a session may still do, and what a message costs it.
//
// A message costs when it is accepted: one of the messages, and its recipients.  MAIL and RCPT only
// look whether there is room, so that a transaction that comes to nothing costs nothing; what
// counts is taken in one step in front of the commit, so that sessions side by side get no more
// than one alone (docs/decisions/0095).  A stranger has no login, and no such limits.
#pragma once

#include "base/task.h"
#include "limits/allowance.h"
#include "limits/rate_store.h"
#include "submission/services.h"
#include "submission/session.h"

#include <optional>
#include <string>
#include <vector>

namespace signet::submission {

// nullopt: a stranger.
std::optional<limits::Allowance> allowance_of(const Session& session,
                                              const settings::Snapshot& settings);

// At MAIL: room for one more message, and for its size if the client has declared one (RFC 1870
// §6.1).  A refusal is recorded.
Task<std::optional<smtp::Reply>> refuse_message(const Session& session, const smtp::Mail& mail,
                                                const Services& services);
// At RCPT: room for one more recipient than the transaction has.  A refusal is recorded.
Task<std::optional<smtp::Reply>> refuse_recipient(const Session& session, const Services& services);

// What was taken for a message.
struct Charge {
    limits::Ask ask;
    std::int64_t place = 0;
};
using Charges = std::vector<Charge>;

// In front of the commit.  The error is the reply to the final dot; nothing is taken then.
Task<Result<Charges, smtp::Reply>> charge(const Session& session, const mail::Envelope& envelope,
                                          const Services& services);
// The message was not kept after all.
Task<void> refund(const Charges& charges, const Services& services);

}  // namespace signet::submission

// Aliases in a transaction.  Each recipient is expanded when it is named, while the client can
// still be told; the message is kept for all that came of it.  What was checked, counted and
// recorded is what the client gave.
#pragma once

#include "audit/event.h"
#include "base/task.h"
#include "queue/message.h"
#include "smtp/reply.h"
#include "submission/services.h"
#include "submission/session.h"

#include <optional>

namespace signet::submission {

// At RCPT, in front of taking it: adds what it stands for to the transaction.  A refusal is
// recorded.
Task<std::optional<smtp::Reply>> expand_recipient(Session& session, mail::Mailbox recipient,
                                                  const Services& services);

// In front of the commit: `info` gets the recipients that the message is kept for, `event` says
// which of them come from where.  What comes back is to be committed with it: the report that a
// name stands for several (RFC 3461 §5.2.7.3), if one is due.
Task<queue::ToldAtOnce> expand_message(queue::MessageInfo& info, audit::Event& event,
                                       const Transaction& transaction, const Services& services);

}  // namespace signet::submission

// Drives smtp::ClientProtocol over a stream: the one place where a next hop, the protocol and the
// content of a message meet.
#pragma once

#include "base/clock.h"
#include "base/deadline.h"
#include "base/task.h"
#include "net/stream.h"
#include "queue/queue_store.h"
#include "relay/sign_in.h"
#include "smtp/client_protocol.h"

#include <chrono>
#include <optional>

namespace signet::relay {

struct Patience {
    // For each answer, and for each write.  An answer that comes octet by octet gets no more.
    std::chrono::seconds step{300};
    // For the answer to the final dot: RFC 5321 §4.5.3.2.6 asks for ten minutes, because a sender
    // that hangs up early makes duplicates.
    std::chrono::seconds final_answer{600};
    // For the answer to QUIT, when every recipient has its result: until they are recorded, a
    // crash would deliver the message again.
    std::chrono::seconds courtesy{5};
    Deadline whole = Deadline::never();
};

// Returns when every recipient has its result and the stream is closed, or open for another
// message.  salting: null if no AUTH is to come.
Task<smtp::Finished> converse(net::Stream& stream, smtp::ClientProtocol& client,
                              queue::ContentReader& content, const Clock& clock, Patience patience,
                              Salting* salting = nullptr);
// As far as the message would begin.  nullopt: the next hop would take one; the stream is open, and
// the client not to be used any more.
Task<std::optional<smtp::Finished>> approach(net::Stream& stream, smtp::ClientProtocol& client,
                                             const Clock& clock, Patience patience,
                                             Salting* salting);
// Returns when the stream is closed.  REQUIRES: the client was told to quit.
Task<void> say_goodbye(net::Stream& stream, smtp::ClientProtocol& client, const Clock& clock,
                       Patience patience);

}  // namespace signet::relay

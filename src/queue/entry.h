// What happens to an entry, as values: every store decides it here and only keeps the result.
#pragma once

#include "base/result.h"
#include "base/store_fault.h"
#include "queue/message.h"

namespace signet::queue {

// What a store keeps at most; a message beyond it is refused before anything is promised.
inline constexpr std::size_t kMaxRecipients = 10'000;
inline constexpr std::size_t kMaxPrepend = 1'048'576;
inline constexpr std::size_t kMaxReply = 1'024;

// The entry that a commit or a report makes: all recipients pending, due when it was accepted.
// conflict: no recipient, or more recipients or a longer prepend than the limits above.
Result<Entry, StoreFault> new_entry(QueueId id, MessageInfo info, std::uint64_t content_octets);

// Applies what a worker learnt; a reply is cut to kMaxReply.  attempts counts one up unless the
// outcome speaks of no recipient.  true: recipients are still pending and the entry is due at
// retry_at; false: the entry leaves the queue.
// conflict: the outcome names a recipient that is not there, not pending, or twice; `entry` is
// then unchanged.
Result<bool, StoreFault> apply(const Outcome& outcome, Entry& entry);

}  // namespace signet::queue

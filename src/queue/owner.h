// Whose message it is, where owners share the queue: they take turns (queue_store.h, claim), and
// none of them holds all places of a worker (relay/shares.h).
#pragma once

#include "queue/message.h"

#include <string>

namespace signet::queue {

// An account (a trusted network is one, too) is one owner, whatever addresses it sends as.  All
// strangers are one: what they say of themselves is not proven, so that whoever invents senders,
// domains or sessions gains nothing.  So are the reports of Signet itself.
std::string owner_of(const MessageInfo& info);

}  // namespace signet::queue

// Several next hops for one attempt, tried one after the other.
#pragma once

#include "relay/transport.h"

namespace signet::relay {

// What came of them so far, and whether the next one may do better.
class Failover {
public:
    // untried: the answer if none was tried.
    explicit Failover(Attempt untried) : attempt_(std::move(untried)) {}

    // A host's own answer stays until another host has one: that a second cannot be reached says
    // less than what the first one said.
    // false: no other host is to be tried.  A host that has taken the message for a recipient, or
    // has refused one for good, has decided; whom it put off waits for the retry.  Behind a lost
    // final dot it may have the message (RFC 5321 §6.1).  What is wrong here is wrong for every
    // host.
    bool add(Attempt tried);
    Attempt take() { return std::move(attempt_); }

private:
    Attempt attempt_;
};

}  // namespace signet::relay

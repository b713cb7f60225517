// From what transports answered to what the queue is told: who is done, who waits until when, who
// is given up, and the events that say so.  Pure functions.
#pragma once

#include "audit/event.h"
#include "base/entropy.h"
#include "base/ulid.h"
#include "dsn/told.h"
#include "queue/message.h"
#include "queue/retry.h"
#include "relay/transport.h"

#include <span>
#include <string>
#include <vector>

namespace signet::relay {

// What one route brought.
struct RouteAttempt {
    std::string route;                    // empty: none fitted
    std::vector<std::size_t> recipients;  // of the entry, in the order of attempt.answers
    Attempt attempt;
    double latency_ms = 0;
};

struct Judgement {
    std::vector<queue::RecipientOutcome> recipients;
    WallTime retry_at{};    // for those that wait
    bool given_up = false;  // those that waited have failed: the lifetime is over
};

// REQUIRES: each answer belongs to a pending recipient of the entry, and none appears twice.
Judgement judge(const queue::Entry& entry, std::span<const RouteAttempt> attempts,
                const queue::RetrySchedule& schedule, WallTime now, Entropy& entropy);

// message.delivered, message.deferred and message.bounced: one for each route and kind.
std::vector<audit::Event> events_of(const queue::Entry& entry,
                                    std::span<const RouteAttempt> attempts,
                                    const Judgement& judgement, WallTime now, UlidSource& ids);

// message.reported: the report `target` tells the sender of the entry what came of these.
audit::Event report_event(const queue::Entry& entry, std::span<const dsn::Told> told,
                          const queue::Report& report, WallTime now, UlidSource& ids);

}  // namespace signet::relay

// One entry of the queue, from its lease to its outcome: recipients by route, each route's
// transport, and one commit for all that came of it.
#pragma once

#include "base/clock.h"
#include "base/entropy.h"
#include "base/task.h"
#include "base/ulid.h"
#include "queue/queue_store.h"
#include "queue/retry.h"
#include "relay/destinations.h"
#include "relay/route.h"
#include "relay/sessions.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace signet::relay {

// false: a drain ended the sleep, or it did not begin.  net::sleep_for, or a test's.
using Sleep = std::function<Task<bool>(std::chrono::milliseconds)>;

// What a delivery works with.  All of it outlives the deliveries and is safe for concurrent use.
struct Services {
    queue::QueueStore& store;
    const RouteTable& routes;
    struct {
        Pacing& pacing;
        Destinations& destinations;
    } ways;  // and when they may be gone
    const Clock& clock;
    Entropy& entropy;
    UlidSource& ids;
    Sleep sleep;
    // For the operations log: one sentence, nothing of the message in it but its queue id.
    std::function<void(std::string)> warn;
    std::string hostname;  // ours: in reports, and the domain of "<Postmaster>"
    queue::RetrySchedule retry{};
    std::chrono::seconds delay_notice{0};  // a sender hears of a delay this long; 0: never
    // Whom the recipient of a report stands for: it may be an alias.  Empty: nobody is one.
    std::function<Task<std::vector<mail::Recipient>>(mail::Recipient)> expand{};
};

// The names of the routes that the entry's pending recipients go by now, each once.
std::vector<std::string> routes_of(const Services& services, const queue::Entry& entry);

// What a route's pace does not allow now stays in the queue, untried.  Several ways are gone at the
// same time.  `sessions` are those of the thread, and outlive the task.
// Comes to an end by `deadline` or soon after; then the lease is settled, or, if the store does not
// take the outcome, left to run out.  A message may then be delivered twice, but is never lost.
Task<void> deliver(const Services& services, Sessions& sessions, queue::Lease lease,
                   Deadline deadline);

// Gives a message up now, due or not, held or not, as if every next hop had refused those who still
// wait: its sender gets a report.  `by` is recorded with it.  false: somebody is delivering it, or
// there is no such message.
Task<Result<bool, StoreFault>> give_up(const Services& services, queue::QueueId id,
                                       audit::Event by);

}  // namespace signet::relay

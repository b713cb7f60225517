// What a sender is told: of which recipients, and what.  Here are the laws that keep reports from
// becoming a storm, and what the sender asked for (RFC 3461).  Pure functions.
//
//   never about a report   null reverse-path (RFC 5321 §6.1), and see is_automatic
//   never to a stranger    but for the failures that RFC 5321 §6.1 wants reported
//   once                   of each kind, to each recipient
#pragma once

#include "queue/message.h"

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::dsn {

// RFC 3464 §2.3.3
enum class Action {
    failed,
    delayed,
    relayed,  // to a server that does not report: it was delivered as far as we shall ever know
    delivered,
    expanded,  // an alias of several: taken by us for all of them
};
std::string_view name(Action action);

struct Told {
    const mail::Recipient* recipient = nullptr;  // of the entry
    Action action = Action::failed;
    std::string reply{};       // printable ASCII on one line
    std::string remote_mta{};  // whose reply it is; empty: our own words
};

// What the sender is to be told of these outcomes, each recipient once; one named twice counts as
// its last outcome.  Empty: nobody is to be told anything.  Good as long as the entry.
std::vector<Told> told(const queue::Entry& entry,
                       std::span<const queue::RecipientOutcome> outcomes);

// What the sender of a message that was just taken is told of the aliases in it that stand for
// several (RFC 3461 §5.2.7.3): those whose sender asked to hear of success.  Good as long as
// `aliases`.
std::vector<Told> told_of_expansion(const queue::MessageInfo& info,
                                    std::span<const mail::Recipient> aliases);

// Sets delay_notified for those that stay in the queue, have been there for `delay_notice` and
// whose sender has not heard of that and wants to (RFC 3461 §4.1).  0 s: for none.
void mark_delays(const queue::Entry& entry, std::span<queue::RecipientOutcome> outcomes,
                 std::chrono::seconds delay_notice, WallTime now);

// A report, or an automatic reply (RFC 3834 §5, RFC 6522), by the message's header block: it gets
// no report, whatever its reverse-path is.
bool is_automatic(std::string_view header);

}  // namespace signet::dsn

// A report to the sender that a message failed (RFC 3464; RFC 6533 where addresses are not ASCII),
// as the sender asked for it (RFC 3461): NOTIFY without FAILURE means none about that recipient.
//
// Three laws keep reports from becoming a storm: a message with the null reverse-path gets none
// (RFC 5321 §6.1), so a report never gets one about itself, since its own reverse-path is null; and
// it lists each recipient once.
#pragma once

#include "queue/message.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace signet::dsn {

struct Reporter {
    std::string hostname;  // ours
    WallTime now{};
    queue::QueueId id;  // of the report: fresh, and not to be guessed by the sender
};

// What goes back of the message: its header block, whole lines, of which at most the first 32 KiB
// are used, in whole fields; or, if `whole`, all of it (RET=FULL).
struct Returned {
    std::string octets{};
    bool whole = false;
};

// outcomes: what this attempt brought; those that failed are listed, the others are not mentioned.
// nullopt: nobody is to be told (null reverse-path, NOTIFY), or nothing failed.
std::optional<queue::Report> failure_report(const queue::Entry& entry,
                                            std::span<const queue::RecipientOutcome> outcomes,
                                            const Returned& returned, const Reporter& reporter);

}  // namespace signet::dsn

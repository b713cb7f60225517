// A report to the sender that a message failed (RFC 3464).
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

// outcomes: what this attempt brought; those that failed are listed, the others are not mentioned.
// header: the message's header block, whole lines; at most the first 32 KiB of it go back, in whole
// fields.  The body never does.
// nullopt: nobody is to be told (null reverse-path), or nothing failed.
std::optional<queue::Report> failure_report(const queue::Entry& entry,
                                            std::span<const queue::RecipientOutcome> outcomes,
                                            std::string_view header, const Reporter& reporter);

}  // namespace signet::dsn

// The fields of a report that programs read (RFC 3464 §2): text of message/delivery-status, or of
// message/global-delivery-status (RFC 6533 §4) where the report itself may hold UTF-8.
#pragma once

#include "dsn/told.h"

#include <optional>
#include <string>

namespace signet::dsn {

struct Reporter {
    std::string hostname;  // ours
    WallTime now{};
    queue::QueueId id;       // of the report: fresh, and not to be guessed by the sender
    WallTime retry_until{};  // for those that are delayed: about when it is given up
};

// RFC 3464 §2.2, each field with its CRLF.
std::string message_fields(const queue::Entry& entry, const Reporter& reporter);
// §2.3.  utf8: addresses as they are; else what is not ASCII in the form that is (RFC 6533 §3).
std::string recipient_fields(const Told& told, const Reporter& reporter, bool utf8);

}  // namespace signet::dsn

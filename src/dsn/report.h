// A report to the sender of a message (RFC 3464): what became of its recipients in one try, in one
// message (decision 0140).
//
// It has the null reverse-path, so that there is never a report about it (RFC 5321 §4.5.5), and is
// 7-bit wherever MIME allows that, so that it arrives.
#pragma once

#include "dsn/status_fields.h"
#include "dsn/told.h"

#include <optional>
#include <span>
#include <string>

namespace signet::dsn {

// What goes back of the message: its header block, whole lines, of which at most the first 32 KiB
// are used, in whole fields; or, if `whole`, all of it.
struct Returned {
    std::string octets{};
    bool whole = false;
};

// Whether all of the message may go back: it was asked for (RFC 3461 §4.3), somebody failed, it is
// small, and its sender is proven.
bool returns_whole(const queue::Entry& entry, std::span<const Told> told);

// nullopt: there is nothing to tell, or the message is automatic itself (dsn/told.h).
std::optional<queue::Report> report(const queue::Entry& entry, std::span<const Told> told,
                                    const Returned& returned, const Reporter& reporter);

}  // namespace signet::dsn

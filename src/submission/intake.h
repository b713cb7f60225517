// A message on its way in: octets from the wire to the draft, in one pass and in bounded memory.
#pragma once

#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "mail/header_scanner.h"
#include "mail/international_scan.h"
#include "queue/queue_store.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace signet::submission {

// The header is complete before the first octet of the message is kept, so what judges the header
// can still refuse.  After a fault the rest is read and dropped: the client hears of it in the
// reply to the final dot, the only place where it listens (RFC 5321 §4.2.5).
class Intake {
public:
    struct HeaderTooLarge {};
    using Fault = std::variant<HeaderTooLarge, StoreFault>;

    Intake(std::unique_ptr<queue::Draft> draft, std::size_t header_limit_octets);

    Task<void> take(std::string_view octets);
    // At the final dot: whatever the scanner still held is kept, too.
    Task<Result<void, Fault>> finish();

    // REQUIRES: finish() found no fault.
    mail::Header header() const { return scanner_.header(); }
    std::uint64_t octets() const { return octets_; }  // of the content kept
    // A header, its own or that of a part, is not ASCII (RFC 6531 §3.6).
    bool international() const { return international_.found(); }
    const std::optional<Fault>& fault() const { return fault_; }
    queue::Draft& draft() { return *draft_; }

private:
    Task<void> keep(Result<std::string_view, mail::HeaderFault> part);

    std::unique_ptr<queue::Draft> draft_;
    mail::HeaderScanner scanner_;
    mail::InternationalScan international_;
    std::uint64_t octets_ = 0;
    std::optional<Fault> fault_;
};

}  // namespace signet::submission

// A message on its way in: octets from the wire to the draft, in one pass and in bounded memory.
#pragma once

#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "mail/header_scanner.h"
#include "mail/international_scan.h"
#include "policy/check.h"
#include "queue/queue_store.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace signet::submission {

// The header is complete before the first octet of the message is kept, and is judged then: what is
// refused for its header has cost no storage.  After a fault the rest is read and dropped: the
// client hears of it in the reply to the final dot, the only place where it listens (RFC 5321
// §4.2.5).
class Intake {
public:
    struct Limits {
        std::size_t header = 0, message = 0;  // octets, as the client sent them
    };
    struct HeaderTooLarge {};
    struct MessageTooBig {};
    using Fault = std::variant<HeaderTooLarge, MessageTooBig, policy::Verdict, StoreFault>;
    using JudgeHeader = std::move_only_function<policy::Verdict(const mail::Header&)>;

    // judge: asked once, when the header is complete; what it refers to outlives the intake.
    Intake(std::unique_ptr<queue::Draft> draft, Limits limits, JudgeHeader judge);

    Task<void> take(std::string_view octets);
    // At the final dot: whatever the scanner still held is kept, too.
    Task<Result<void, Fault>> finish();

    // REQUIRES: finish() found no fault.
    mail::Header header() const { return scanner_.header(); }
    std::uint64_t octets() const { return octets_; }  // of the content kept
    // A header, its own or that of a part, is not ASCII (RFC 6531 §3.6).
    bool international() const { return international_.found(); }
    const std::optional<Fault>& fault() const { return fault_; }
    const std::vector<policy::Effect>& effects() const { return effects_; }  // of the judgement
    queue::Draft& draft() { return *draft_; }

private:
    Task<void> keep(Result<std::string_view, mail::HeaderFault> part);
    void judge();

    std::unique_ptr<queue::Draft> draft_;
    mail::HeaderScanner scanner_;
    mail::InternationalScan international_;
    JudgeHeader judge_;  // empty when it was asked
    std::vector<policy::Effect> effects_;
    const std::uint64_t limit_;
    std::uint64_t came_ = 0, octets_ = 0;
    std::optional<Fault> fault_;
};

}  // namespace signet::submission

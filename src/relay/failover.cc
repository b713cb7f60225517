#include "relay/failover.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;

bool goes_on_after(const Attempt& attempt) {
    const bool here = attempt.cause == Cause::content || attempt.cause == Cause::local;
    const bool all_wait = std::ranges::all_of(
        attempt.answers, [](const Answer& answer) { return answer.kind == Kind::deferred; });
    return all_wait && !here && !attempt.maybe_delivered;
}

bool found_nobody(const Attempt& attempt) {
    return attempt.cause == Cause::connect || attempt.cause == Cause::dns;
}

}  // namespace

bool Failover::add(Attempt tried) {
    const bool go_on = goes_on_after(tried);
    if (found_nobody(attempt_) || !found_nobody(tried) || !go_on) attempt_ = std::move(tried);
    return go_on;
}

}  // namespace signet::relay

// A recipient of ours must exist.
//
// Refused here the client still has the message, and nobody gets a report about what they never
// sent; accepted and returned later it would be backscatter.  The truth tells which addresses
// exist, so it is told slowly to a stranger who asks for many; what else bounds a harvest is
// limits.errors, limits.commands and the rates of a client network.
#include "policy/check.h"
#include "policy/words.h"

#include "base/invariant.h"

namespace signet::policy {
namespace {

constexpr unsigned kSlips = 3;  // in one transaction: a mistyped address or two cost nobody time
constexpr std::chrono::milliseconds kPause{1'000};

}  // namespace

Opinion judge_recipient_known(const Facts& facts) {
    INVARIANT(facts.recipient, "at this stage there is a recipient");
    const auto& recipient = *facts.recipient;
    if (!recipient.local) return Pass{};
    // RFC 3463 §3.4: X.3.0.  Never 550: a store that is down must not return anybody's mail.
    if (!recipient.known) {
        return Defer{451, "4.3.0", "Recipients cannot be looked up just now, try again later"};
    }
    if (*recipient.known) return Pass{};
    std::vector<Effect> effects;
    if (!facts.login && facts.unknown_recipients >= kSlips) effects.emplace_back(Slow{kPause});
    return {Reject{550, "5.1.1", "There is no mailbox " + shown(recipient.mailbox) + " here"},
            std::move(effects)};
}

}  // namespace signet::policy

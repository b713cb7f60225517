// A trusted network writes only to the domains it was given (setting network.recipients).
//
// Whoever can take an address of that network can send in its name, so what it may reach is part of
// what bounds the harm.
#include "policy/check.h"
#include "policy/words.h"

#include "base/invariant.h"

namespace signet::policy {

Opinion judge_recipient_allowed(const Facts& facts) {
    INVARIANT(facts.recipient, "at this stage there is a recipient");
    const auto& to = facts.recipient->mailbox;
    if (!facts.login) return Pass{};
    // What names the next hop in front of the "@" could pass by the list (RFC 5321 appendix F.2).
    const bool anywhere = facts.login->may_send_to({"x", "invalid"});
    const bool routed = !anywhere && to.local_part.find_first_of("%!@") != std::string::npos;
    if (!routed && facts.login->may_send_to(to)) return Pass{};
    return Reject{
        550, "5.7.1",
        who(*facts.login) + " and may not write to " +
            (routed ? "an address that says how to pass the message on"
                    : shown(to.domain, 200) + "; ask the administrator to add that domain")};
}

}  // namespace signet::policy

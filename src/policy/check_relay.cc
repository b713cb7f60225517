// Nobody relays who has not proven who they are.
//
// RFC 5321 §3.6.2: an SMTP server that will not relay "SHOULD return 550".  A stranger may write to
// recipients of ours, and only plainly: a local part that holds "%", "!" or "@" asks the host
// behind this one to pass the message on (RFC 5321 appendix F.2), and some still do.  A source
// route was dropped when the path was read (RFC 5321 appendix C), so what is judged is the mailbox
// at its end.
#include "policy/check.h"
#include "policy/words.h"

#include "base/invariant.h"

namespace signet::policy {

Opinion judge_relay(const Facts& facts) {
    if (facts.login) return Pass{};
    INVARIANT(facts.recipient, "at this stage there is a recipient");
    const auto& recipient = *facts.recipient;
    if (!facts.open) return Reject{530, "5.7.0", "Sign in before you send"};
    if (!recipient.local) {
        return Reject{550, "5.7.1",
                      "This server takes no mail for " + shown(recipient.mailbox.domain, 200) +
                          " from strangers: sign in to send"};
    }
    if (recipient.mailbox.local_part.find_first_of("%!@") != std::string::npos) {
        return Reject{550, "5.7.1", "An address that says how to pass the message on is not taken"};
    }
    return Pass{};
}

}  // namespace signet::policy

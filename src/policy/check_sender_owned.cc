// MAIL FROM must be an address of the login.
//
// RFC 6409 §6.1 lets a submission server refuse "if the address in MAIL FROM appears to have
// insufficient submission rights, or is not authorized with the authentication used", with 550 and
// X.7.1.  Without it every account may write as every other (VU#244112).
#include "policy/check.h"
#include "policy/words.h"

namespace signet::policy {

Opinion judge_sender_owned(const Facts& facts) {
    if (!facts.login) {
        // A stranger's sender is a claim that SPF and DMARC can weigh; check_relay judges where
        // the message may go.
        if (facts.open) return Pass{};
        return Reject{530, "5.7.0", "Sign in before you send"};
    }
    // RFC 8098 §3: a read receipt has the null reverse-path, and a mail program submits it.
    if (facts.sender.is_null()) return Pass{};
    if (facts.login->may_send_as(*facts.sender.mailbox)) return Pass{};
    return Reject{550, "5.7.1",
                  who(*facts.login) + " and may not send as " + shown(*facts.sender.mailbox) +
                      "; ask the administrator to add that address"};
}

}  // namespace signet::policy

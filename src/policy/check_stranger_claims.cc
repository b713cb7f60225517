// A stranger who writes in the name of one of our own domains is let in, and marked.
//
// Mailing lists and forwarders do it honestly, and only SPF, DKIM and DMARC can tell them from
// others.  The mark says what this server knows: whoever sent this has not signed in.
#include "policy/check.h"
#include "policy/words.h"

#include <algorithm>

namespace signet::policy {

Opinion judge_stranger_claims(const Facts& facts) {
    if (facts.login || !facts.header) return Pass{};
    const auto ours = [&](const mail::Mailbox& mailbox) {
        return std::ranges::find(facts.our_domains, mailbox.domain) != facts.our_domains.end();
    };
    const auto tagged = [](const mail::Mailbox& mailbox) {
        return Opinion{Pass{}, {Tag{"Signet-Unproven", shown(mailbox)}}};
    };
    for (const auto& one : facts.header->from.mailboxes) {
        if (ours(one.mailbox)) return tagged(one.mailbox);
    }
    if (facts.sender.mailbox && ours(*facts.sender.mailbox)) return tagged(*facts.sender.mailbox);
    return Pass{};
}

}  // namespace signet::policy

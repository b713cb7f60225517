// The recipients of a message, once aliases are taken for what they stand for, and what becomes of
// the sender's wishes (RFC 3461 §5.2.7).  Pure function.
#pragma once

#include "aliases/table.h"
#include "mail/envelope.h"

#include <string>
#include <vector>

namespace signet::aliases {

struct Spread {
    std::vector<mail::Recipient> recipients;  // each mailbox once
    // Aliases of several whose sender wants to hear of success: an "expanded" report is due.
    std::vector<mail::Recipient> expanded;
    struct Step {
        mail::Mailbox from;
        Mailboxes to;
    };
    std::vector<Step> steps;  // of those that are aliases, in the order of `given`
};

// targets: what each of `given` stands for; empty: itself.  May be shorter than `given`.
//
// RFC 3461 §5.2.7.2, one target: "Any ENVID, NOTIFY, RET, or ORCPT parameters SHOULD be
// propagated". §5.2.7.3 (c), several: they are propagated to all, "except that [...] any SUCCESS
// keyword is removed", and an "expanded" DSN is issued if it was there.
//
// An ORCPT that the sender did not give becomes the address that it wrote to, as §5.2.1 allows who
// passes a message on: else a report would name only an address that the sender has never seen.
Spread spread(std::vector<mail::Recipient> given, const std::vector<Mailboxes>& targets);

}  // namespace signet::aliases

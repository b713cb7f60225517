// Who receives mail here, as far as accounts say.  All that the wire learns of them is yes or no.
#pragma once

#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "mail/mailbox.h"

namespace signet::identity {

// Conformance: tests/conformance/recipient_directory.h.  Safe for concurrent use.
class RecipientDirectory {
public:
    virtual ~RecipientDirectory() = default;
    // Whether it is an address that an account may send as, compared folded.  An account that is
    // disabled counts: it may not sign in, but its mail is not sent back.  "*@example.com" makes
    // nobody exist: that somebody may write as every address of a domain does not say which of
    // them are read.
    // unavailable, deadline, corrupt: nobody can say.
    virtual Task<Result<bool, StoreFault>> knows(mail::Mailbox mailbox) = 0;
};

}  // namespace signet::identity

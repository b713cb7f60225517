// Whom a recipient stands for, with the accounts at hand.
#pragma once

#include "aliases/expansion.h"
#include "base/result.h"
#include "base/task.h"
#include "identity/recipient_directory.h"
#include "mail/envelope.h"

#include <variant>
#include <vector>

namespace signet::identity {

// StoreFault: nobody can say whether an account has an address that only a catch-all would take.
using Unexpanded = std::variant<StoreFault, aliases::Trouble>;

// Each mailbox once, one at least; the recipient alone if it is no alias, as it was given.  Both
// `table` and `accounts` outlive the task.
Task<Result<aliases::Mailboxes, Unexpanded>> expand(const aliases::Table& table,
                                                    mail::Mailbox recipient,
                                                    RecipientDirectory& accounts);

// For what we write ourselves: the recipients to write to.  What cannot be found out stays as it
// is.
Task<std::vector<mail::Recipient>> expand_or_keep(const aliases::Table& table,
                                                  mail::Recipient recipient,
                                                  RecipientDirectory& accounts);

}  // namespace signet::identity

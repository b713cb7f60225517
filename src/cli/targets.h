// What a recipient stands for, without a server: by the aliases of the settings, and the accounts
// as far as they can be asked.
#pragma once

#include "aliases/expansion.h"
#include "base/result.h"
#include "settings/snapshot.h"

namespace signet::cli {

// Each mailbox once; the recipient alone if it is no alias.
Result<aliases::Mailboxes, aliases::Trouble> targets_of(const mail::Mailbox& recipient,
                                                        const settings::Snapshot& settings);

}  // namespace signet::cli

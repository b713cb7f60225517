// What the checks of policy/ are told: gathered here, once for each decision.
#pragma once

#include "base/task.h"
#include "policy/check.h"
#include "submission/services.h"
#include "submission/session.h"

namespace signet::submission {

// What is known of the session and its transaction.  Good as long as the session stands still.
policy::Facts facts_of(const Session& session, const settings::Snapshot& settings);

// Whether the domain is one that [[domain]] names.
bool is_ours(const std::string& domain, const settings::Snapshot& settings);

// "<Postmaster>" without a domain is the postmaster of this host: of its own name if that is a
// domain of ours, else of the first one that is (RFC 5321 §4.5.1).
Task<policy::Addressee> addressee_of(mail::Mailbox mailbox, const Services& services);

}  // namespace signet::submission

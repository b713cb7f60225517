// RCPT (RFC 5321 §4.1.1.3) and RSET.
#include "policy/check.h"
#include "submission/handlers.h"
#include "submission/policy_reply.h"
#include "submission/replies.h"
#include "submission/trail.h"

#include <utility>

namespace signet::submission {

smtp::Reply handle_rcpt(Session& session, smtp::Rcpt rcpt, const Services& services) {
    auto& envelope = session.transaction->envelope;
    // RFC 6409 §6.2: a submission server may refuse an address that is not complete. "<Postmaster>"
    // alone is this host's own and completed with its name (RFC 5321 §4.1.1.3).
    if (rcpt.recipient.domain.empty()) rcpt.recipient.domain = services.settings.hostname;

    policy::Facts facts;
    facts.login = &*session.login;
    facts.sender = envelope.sender;
    facts.recipients = {rcpt.recipient};
    const auto verdict = policy::judge(policy::Stage::rcpt, facts);
    if (auto refusal = refusal_of(verdict)) {
        record_rejection(session, services, verdict.rule, envelope.sender.text(), *refusal);
        return *refusal;
    }
    auto& recipients = envelope.recipients;
    if (session.transaction->taken.add(recipients, rcpt.recipient)) {
        recipients.push_back({std::move(rcpt.recipient), rcpt.notify, std::move(rcpt.original)});
    }
    return replies::recipient_ok();
}

smtp::Reply handle_rset(Session& session) {
    session.transaction.reset();
    return replies::ok();
}

}  // namespace signet::submission

// RCPT (RFC 5321 §4.1.1.3) and RSET.
#include "submission/apply_effects.h"
#include "submission/charge.h"
#include "submission/expand.h"
#include "submission/facts.h"
#include "submission/handlers.h"
#include "submission/policy_reply.h"
#include "submission/replies.h"
#include "submission/trail.h"

#include <algorithm>
#include <utility>

namespace signet::submission {

Task<smtp::Reply> handle_rcpt(Session& session, smtp::Rcpt rcpt, const Services& services) {
    auto& transaction = *session.transaction;
    const auto addressee = co_await addressee_of(std::move(rcpt.recipient), services);
    auto facts = facts_of(session, services.settings);
    facts.recipient = &addressee;
    const auto verdict = policy::judge(policy::Stage::rcpt, facts);
    if (addressee.known == false) ++transaction.unknown_recipients;
    co_await slow_down(verdict.effects);
    if (auto refusal = refusal_of(verdict)) {
        record_rejection(session, services, verdict.rule, facts.sender.text(), *refusal);
        co_return *refusal;
    }
    auto& recipients = transaction.envelope.recipients;
    rcpt.recipient = addressee.mailbox;
    if (transaction.taken.has(recipients, rcpt.recipient)) co_return replies::recipient_ok();
    if (auto refusal = co_await refuse_recipient(session, services)) co_return *refusal;
    if (auto refusal = co_await expand_recipient(session, rcpt.recipient, services)) {
        co_return *refusal;
    }
    transaction.taken.add(recipients, rcpt.recipient);
    recipients.push_back({std::move(rcpt.recipient), rcpt.notify, std::move(rcpt.original)});
    co_return replies::recipient_ok();
}

smtp::Reply handle_rset(Session& session) {
    session.transaction.reset();
    return replies::ok();
}

}  // namespace signet::submission

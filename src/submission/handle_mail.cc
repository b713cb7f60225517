// MAIL (RFC 5321 §4.1.1.2, RFC 6409 §6.1).
#include "submission/charge.h"
#include "submission/facts.h"
#include "submission/handlers.h"
#include "submission/policy_reply.h"
#include "submission/replies.h"
#include "submission/trail.h"

#include <utility>

namespace signet::submission {

Task<smtp::Reply> handle_mail(Session& session, smtp::Mail mail, const Services& services) {
    auto facts = facts_of(session, services.settings);
    facts.sender = mail.sender;
    const auto verdict = policy::judge(policy::Stage::mail, facts);
    if (auto refusal = refusal_of(verdict)) {
        record_rejection(session, services, verdict.rule, mail.sender.text(), *refusal);
        co_return *refusal;
    }
    if (auto refusal = co_await refuse_message(session, mail, services)) co_return *refusal;
    session.transaction.emplace();
    auto& envelope = session.transaction->envelope;
    envelope.sender = std::move(mail.sender);
    envelope.body = mail.body;
    envelope.smtputf8 = mail.smtputf8;
    envelope.ret = mail.ret;
    envelope.envid = std::move(mail.envid);
    co_return replies::sender_ok();
}

}  // namespace signet::submission

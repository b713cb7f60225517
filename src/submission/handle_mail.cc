// MAIL (RFC 5321 §4.1.1.2, RFC 6409 §6.1).
#include "policy/check.h"
#include "submission/handlers.h"
#include "submission/policy_reply.h"
#include "submission/replies.h"
#include "submission/trail.h"

#include <utility>

namespace signet::submission {

smtp::Reply handle_mail(Session& session, smtp::Mail mail, const Services& services) {
    policy::Facts facts;
    facts.login = &*session.login;
    facts.sender = mail.sender;
    const auto verdict = policy::judge(policy::Stage::mail, facts);
    if (auto refusal = refusal_of(verdict)) {
        record_rejection(session, services, verdict.rule, mail.sender.text(), *refusal);
        return *refusal;
    }
    session.transaction.emplace();
    session.transaction->envelope.sender = std::move(mail.sender);
    session.transaction->envelope.body = mail.body;
    return replies::sender_ok();
}

}  // namespace signet::submission

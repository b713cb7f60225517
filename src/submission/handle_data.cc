// DATA (RFC 5321 §4.1.1.4): five steps in a row, from the first octet to the promise.
#include "base/text.h"
#include "mail/fixups.h"
#include "mail/trace.h"
#include "policy/words.h"
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
namespace {

smtp::Reply reply_to(const Intake::Fault& fault, const Session& session,
                     const settings::Snapshot& settings) {
    if (std::get_if<Intake::HeaderTooLarge>(&fault)) {
        return replies::header_too_large(settings.limits.header_size);
    }
    if (std::get_if<Intake::MessageTooBig>(&fault)) {
        return replies::message_too_big(policy::who(*session.login),
                                        allowance_of(session, settings)->message_size);
    }
    if (auto* verdict = std::get_if<policy::Verdict>(&fault)) return *refusal_of(*verdict);
    return replies::not_stored(std::get<StoreFault>(fault));
}

std::string rule_of(const Intake::Fault& fault) {
    if (std::get_if<Intake::HeaderTooLarge>(&fault)) return "header_size";
    if (std::get_if<Intake::MessageTooBig>(&fault)) return "account_size";
    if (auto* verdict = std::get_if<policy::Verdict>(&fault)) return verdict->rule;
    return "storage_" + std::string{name(std::get<StoreFault>(fault))};
}

// RFC 3848: the "A" says that AUTH was used, which an address is not.
mail::With with_of(const Session& session, bool utf8) {
    return {.extended = session.ehlo.extended,
            .tls = session.tls.has_value(),
            .authenticated = session.login && !session.login->is_network(),
            .utf8 = utf8};
}

// A user's home address is nobody's business (setting trace_client_address); a stranger's is what
// RFC 5321 §4.4 asks for, and what spam filters behind us judge by.
std::string trace_of(const Session& session, bool utf8, const queue::QueueId& id, WallTime now,
                     const settings::Snapshot& settings) {
    return mail::received_field(
        {.ehlo = session.ehlo.domain,
         .client_ip = session.peer.ip,
         .show_client_address = settings.trace_client_address || !session.login,
         .hostname = settings.hostname,
         .with = with_of(session, utf8),
         .queue_id = id,
         .when = now});
}

bool has_ascii_addresses(const mail::Envelope& envelope) {
    return mail::is_ascii(envelope.sender.text()) &&
           std::ranges::all_of(envelope.recipients, [](const mail::Recipient& recipient) {
               return mail::is_ascii(recipient.mailbox.local_part);
           });
}

// What RFC 6409 §8 lets us add to a user's message.  A stranger's is passed on as it is: RFC 5321
// §6.4 warns against mending what others wrote.
mail::Fixups fixups_for(const Session& session, const mail::Envelope& envelope, Intake& intake,
                        WallTime now, const std::string& hostname) {
    if (!session.login) {
        const auto field = intake.header().find("Message-ID");
        return {.fields = {}, .message_id = field ? field->value() : std::string{}};
    }
    return mail::fix_up(intake.header(), {.author = envelope.sender.mailbox,
                                          .now = now,
                                          .unique = intake.draft().id(),
                                          .hostname = hostname});
}

// Everything that travels with the content: envelope, trace field, what was added.
queue::MessageInfo describe(const Session& session, mail::Envelope envelope, Intake& intake,
                            const Services& services) {
    const auto now = services.clock.wall();
    const auto& id = intake.draft().id();
    auto fixups = fixups_for(session, envelope, intake, now, services.settings.hostname);
    queue::MessageInfo info;
    info.envelope = std::move(envelope);
    if (session.login) info.account = session.login->account;
    info.session_id = session.id;
    info.message_id = std::move(fixups.message_id);
    // RFC 6531 §3.5: where neither an address nor a header needs it, the message may go without.
    info.prepend = trace_of(session, info.envelope.smtputf8, id, now, services.settings) +
                   tags_of(intake.effects()) + fixups.fields;
    info.envelope.smtputf8 &= intake.international() || !has_ascii_addresses(info.envelope);
    info.accepted = now;
    return info;
}

// A stranger has only the limit for everybody, which smtp::ServerProtocol keeps.
Intake::Limits intake_limits(const Session& session, const settings::Snapshot& settings) {
    const auto allowance = allowance_of(session, settings);
    return {.header = settings.limits.header_size,
            .message = allowance ? allowance->message_size : settings.limits.message_size};
}

// Both outlive the intake: it is part of the session, which keeps its settings.
Intake::JudgeHeader header_judge(const Session& session, const settings::Snapshot& settings) {
    return [&session, &settings](const mail::Header& header) {
        const auto read = policy::header_facts(header);
        auto facts = facts_of(session, settings);
        facts.header = &read;
        return policy::judge(policy::Stage::data, facts);
    };
}

smtp::Reply rejected(const Session& session, const Services& services, std::string rule,
                     const mail::Envelope& envelope, smtp::Reply reply) {
    record_rejection(session, services, std::move(rule), envelope.sender.text(), reply);
    return reply;
}

// Paid for, then promised.
Task<smtp::Reply> keep(const Session& session, Transaction& transaction, const Services& services) {
    auto& intake = *transaction.intake;
    const auto& envelope = transaction.envelope;
    const auto charges = co_await charge(session, envelope, services);
    if (!charges) co_return charges.error();
    auto info = describe(session, envelope, intake, services);
    auto event = accepted_event(session, services, info, intake.octets() + info.prepend.size());
    event.message->queue_id = intake.draft().id();
    auto told = co_await expand_message(info, event, transaction, services);
    const auto accepted =
        co_await intake.draft().commit(std::move(info), std::move(event), std::move(told));
    if (accepted) co_return replies::queued(*accepted);
    co_await refund(*charges, services);
    co_return rejected(session, services, "storage_" + std::string{name(accepted.error())},
                       envelope, replies::not_stored(accepted.error()));
}

}  // namespace

Task<std::optional<smtp::Reply>> open_intake(Session& session, const Services& services) {
    auto draft = co_await services.queue.begin();
    if (!draft) {
        const auto rule = "storage_" + std::string{name(draft.error())};
        co_return rejected(session, services, rule, session.transaction->envelope,
                           replies::not_stored(draft.error()));
    }
    session.transaction->intake =
        std::make_unique<Intake>(std::move(*draft), intake_limits(session, services.settings),
                                 header_judge(session, services.settings));
    co_return std::nullopt;
}

std::optional<smtp::Reply> intake_refusal(const Session& session, const Services& services) {
    const auto& transaction = *session.transaction;
    if (transaction.refusal) return transaction.refusal;
    const auto& fault = transaction.intake->fault();
    if (!fault) return {};
    return rejected(session, services, rule_of(*fault), transaction.envelope,
                    reply_to(*fault, session, services.settings));
}

Task<smtp::Reply> handle_data(Session& session, const Services& services) {
    auto refusal = co_await open_intake(session, services);
    co_return refusal ? std::move(*refusal) : replies::send_content();
}

Task<void> handle_content(Session& session, std::string_view octets) {
    if (session.transaction && session.transaction->intake) {
        co_await session.transaction->intake->take(octets);
    }
}

Task<smtp::Reply> handle_content_end(Session& session, const Services& services) {
    if (session.transaction->intake) co_await session.transaction->intake->finish();
    auto refusal = intake_refusal(session, services);
    auto transaction = std::exchange(session.transaction, {});
    if (refusal) co_return std::move(*refusal);
    auto& intake = *transaction->intake;
    auto& envelope = transaction->envelope;
    const auto& limits = services.settings.limits;

    if (envelope.smtputf8 && !is_utf8(intake.header().block())) {
        co_return rejected(session, services, "header_utf8", envelope, replies::header_not_utf8());
    }
    // RFC 5321 §6.3.  The one that we are about to add counts, too.
    if (mail::received_count(intake.header()) + 1 > limits.received_fields) {
        co_return rejected(session, services, "received_fields", envelope, replies::mail_loop());
    }
    co_return co_await keep(session, *transaction, services);
}

}  // namespace signet::submission

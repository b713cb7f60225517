// DATA (RFC 5321 §4.1.1.4): five steps in a row, from the first octet to the promise.
#include "base/text.h"
#include "mail/fixups.h"
#include "mail/trace.h"
#include "submission/handlers.h"
#include "submission/replies.h"
#include "submission/trail.h"

#include <algorithm>
#include <utility>

namespace signet::submission {
namespace {

smtp::Reply reply_to(const Intake::Fault& fault, const settings::LimitSettings& limits) {
    if (std::get_if<Intake::HeaderTooLarge>(&fault)) {
        return replies::header_too_large(limits.header_size);
    }
    return replies::not_stored(std::get<StoreFault>(fault));
}

std::string rule_of(const Intake::Fault& fault) {
    if (std::get_if<Intake::HeaderTooLarge>(&fault)) return "header_size";
    return "storage_" + std::string{name(std::get<StoreFault>(fault))};
}

std::string trace_of(const Session& session, bool utf8, const queue::QueueId& id, WallTime now,
                     const settings::Snapshot& settings) {
    return mail::received_field({.ehlo = session.ehlo,
                                 .client_ip = session.peer.ip,
                                 .show_client_address = settings.trace_client_address,
                                 .hostname = settings.hostname,
                                 .with = {.extended = true,
                                          .tls = session.tls.has_value(),
                                          .authenticated = session.login.has_value(),
                                          .utf8 = utf8},
                                 .queue_id = id,
                                 .when = now});
}

bool has_ascii_addresses(const mail::Envelope& envelope) {
    return mail::is_ascii(envelope.sender.text()) &&
           std::ranges::all_of(envelope.recipients, [](const mail::Recipient& recipient) {
               return mail::is_ascii(recipient.mailbox.local_part);
           });
}

// Everything that travels with the content: envelope, trace field, what RFC 6409 §8 lets us add.
queue::MessageInfo describe(const Session& session, mail::Envelope envelope, Intake& intake,
                            const Services& services) {
    const auto now = services.clock.wall();
    const auto& id = intake.draft().id();
    auto fixups = mail::fix_up(intake.header(), now, id, services.settings.hostname);
    queue::MessageInfo info;
    info.envelope = std::move(envelope);
    info.account = session.login->account;
    info.session_id = session.id;
    info.message_id = std::move(fixups.message_id);
    // RFC 6531 §3.5: where neither an address nor a header needs it, the message may go without.
    info.prepend =
        trace_of(session, info.envelope.smtputf8, id, now, services.settings) + fixups.fields;
    info.envelope.smtputf8 &= intake.international() || !has_ascii_addresses(info.envelope);
    info.accepted = now;
    return info;
}

smtp::Reply rejected(const Session& session, const Services& services, std::string rule,
                     const mail::Envelope& envelope, smtp::Reply reply) {
    record_rejection(session, services, std::move(rule), envelope.sender.text(), reply);
    return reply;
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
        std::make_unique<Intake>(std::move(*draft), services.settings.limits.header_size);
    co_return std::nullopt;
}

std::optional<smtp::Reply> intake_refusal(const Session& session, const Services& services) {
    const auto& transaction = *session.transaction;
    if (transaction.refusal) return transaction.refusal;
    const auto& fault = transaction.intake->fault();
    if (!fault) return {};
    return rejected(session, services, rule_of(*fault), transaction.envelope,
                    reply_to(*fault, services.settings.limits));
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
    auto info = describe(session, envelope, intake, services);
    auto event = accepted_event(session, services, info, intake.octets() + info.prepend.size());
    event.message->queue_id = intake.draft().id();
    const auto accepted = co_await intake.draft().commit(std::move(info), std::move(event));
    if (!accepted) {
        co_return rejected(session, services, "storage_" + std::string{name(accepted.error())},
                           envelope, replies::not_stored(accepted.error()));
    }
    co_return replies::queued(*accepted);
}

}  // namespace signet::submission

#include "submission/expand.h"

#include "aliases/spread.h"
#include "dsn/report.h"
#include "identity/expand.h"
#include "policy/words.h"
#include "queue/entry.h"
#include "submission/replies.h"
#include "submission/trail.h"

#include <algorithm>
#include <span>
#include <utility>

namespace signet::submission {
namespace {

constexpr std::size_t kNamedTargets = 20;  // in an event

smtp::Reply refused(const Session& session, const Services& services, std::string rule,
                    smtp::Reply reply) {
    record_rejection(session, services, std::move(rule),
                     session.transaction->envelope.sender.text(), reply);
    return reply;
}

smtp::Reply reply_to(const identity::Unexpanded& why, const Session& session,
                     const Services& services, const mail::Mailbox& recipient) {
    if (std::holds_alternative<StoreFault>(why)) {
        return refused(session, services, "recipient_known", replies::recipients_unknown());
    }
    return refused(session, services, "aliases", replies::not_expanded(policy::shown(recipient)));
}

std::string text_of(const aliases::Mailboxes& targets) {
    std::string text;
    const auto named = std::min(targets.size(), kNamedTargets);
    for (std::size_t i = 0; i < named; ++i) text += (i == 0 ? "" : ", ") + targets[i].text();
    if (targets.size() == named) return text;
    return text + " and " + std::to_string(targets.size() - named) + " more";
}

bool needs_utf8(const mail::Recipient& recipient) {
    return !mail::is_ascii(recipient.mailbox.local_part);
}

// As relay::report_event has it, for what the session does itself.
audit::Event reported_event(const audit::Event& accepted, std::span<const dsn::Told> told,
                            const queue::Report& report, const Services& services) {
    auto event = accepted;
    event.event = "message.reported";
    event.id = services.ulids.next();
    event.smtp = {};
    event.change.clear();
    event.message->recipients.clear();
    for (const auto& one : told) event.message->recipients.push_back(one.recipient->mailbox.text());
    event.target = audit::Target{"report", report.id, report.info.message_id};
    event.detail = dsn::name(dsn::Action::expanded);
    return event;
}

// It goes to a sender who may be an alias as well.
Task<queue::ToldAtOnce> told_at_once(const queue::MessageInfo& info, const audit::Event& accepted,
                                     const std::vector<mail::Recipient>& expanded,
                                     const Transaction& transaction, const Services& services) {
    queue::ToldAtOnce all;
    const auto told = dsn::told_of_expansion(info, expanded);
    queue::Entry entry;
    entry.info = info;
    const dsn::Returned header{info.prepend + std::string{transaction.intake->header().block()}};
    auto report = dsn::report(entry, told, header,
                              {.hostname = services.settings.hostname,
                               .now = services.clock.wall(),
                               .id = services.ulids.next()});
    if (!report) co_return all;
    auto& to = report->info.envelope.recipients;
    to = co_await identity::expand_or_keep(*services.settings.aliases.table, std::move(to.front()),
                                           services.recipients);
    all.events.push_back(reported_event(accepted, told, *report, services));
    all.reports.push_back(std::move(*report));
    co_return all;
}

}  // namespace

Task<std::optional<smtp::Reply>> expand_recipient(Session& session, mail::Mailbox recipient,
                                                  const Services& services) {
    auto& transaction = *session.transaction;
    const auto& table = *services.settings.aliases.table;
    aliases::Mailboxes targets;
    if (table.find(recipient)) {  // hardly any is one
        auto expanded = co_await identity::expand(table, recipient, services.recipients);
        if (!expanded) co_return reply_to(expanded.error(), session, services, recipient);
        if (*expanded != aliases::Mailboxes{recipient}) targets = std::move(*expanded);
    }
    auto& all = transaction.targets;
    const auto count = all.count + std::max<std::size_t>(1, targets.size());
    if (count > queue::kMaxRecipients) {
        const auto shown = policy::shown(recipient);
        const bool alone = transaction.envelope.recipients.empty();
        co_return refused(session, services, "aliases",
                          alone ? replies::not_expanded(shown) : replies::no_room_for(shown));
    }
    all.of.push_back(std::move(targets));
    all.count = count;
    co_return std::nullopt;
}

Task<queue::ToldAtOnce> expand_message(queue::MessageInfo& info, audit::Event& event,
                                       const Transaction& transaction, const Services& services) {
    const auto& targets = transaction.targets.of;
    if (std::ranges::all_of(targets, &aliases::Mailboxes::empty)) {
        co_return queue::ToldAtOnce{};
    }
    auto spread = aliases::spread(std::move(info.envelope.recipients), targets);
    info.envelope.recipients = std::move(spread.recipients);
    info.envelope.smtputf8 |= std::ranges::any_of(info.envelope.recipients, needs_utf8);
    for (const auto& step : spread.steps) {
        event.change.push_back({"alias", step.from.text(), text_of(step.to)});
    }
    co_return co_await told_at_once(info, event, spread.expanded, transaction, services);
}

}  // namespace signet::submission

#include "submission/charge.h"

#include "policy/words.h"
#include "submission/replies.h"
#include "submission/trail.h"

#include <array>
#include <utility>

namespace signet::submission {
namespace {

using limits::Ask;
using Of = limits::Key::Of;

Ask messages_of(const identity::Login& login, const limits::Allowance& allowance) {
    const auto of = login.is_network() ? Of::network_messages : Of::account_messages;
    return {.key = {of, login.account}, .rate = allowance.messages};
}

Ask recipients_of(const identity::Login& login, const limits::Allowance& allowance,
                  std::uint64_t count) {
    const auto of = login.is_network() ? Of::network_recipients : Of::account_recipients;
    return {.key = {of, login.account}, .rate = allowance.recipients, .count = count};
}

bool counts_messages(const Ask& ask) {
    return ask.key.of == Of::account_messages || ask.key.of == Of::network_messages;
}

smtp::Reply refused(const Session& session, const Services& services, const Ask& ask,
                    std::chrono::seconds wait, const std::string& sender) {
    const bool messages = counts_messages(ask);
    auto reply = replies::over_rate(policy::who(*session.login), messages ? "send" : "write to",
                                    messages ? "message" : "recipient", ask.rate, wait);
    record_rejection(session, services, messages ? "rate_messages" : "rate_recipients", sender,
                     reply);
    return reply;
}

// A store that cannot tell lets the client go on: charge() asks again, and says so.
Task<std::optional<smtp::Reply>> refuse_without_room(const Session& session,
                                                     const Services& services, Ask ask,
                                                     std::string sender) {
    const auto decision = co_await services.rates.room(ask);
    if (!decision || decision->allowed) co_return std::nullopt;
    co_return refused(session, services, ask, decision->retry_after, sender);
}

}  // namespace

std::optional<limits::Allowance> allowance_of(const Session& session,
                                              const settings::Snapshot& settings) {
    if (!session.login) return {};
    return limits::allowance_of(session.login->limits, settings);
}

Task<std::optional<smtp::Reply>> refuse_message(const Session& session, const smtp::Mail& mail,
                                                const Services& services) {
    const auto allowance = allowance_of(session, services.settings);
    if (!allowance) co_return std::nullopt;
    const auto sender = mail.sender.text();
    if (mail.size.value_or(0) > allowance->message_size) {
        auto reply = replies::message_too_big(policy::who(*session.login), allowance->message_size);
        record_rejection(session, services, "account_size", sender, reply);
        co_return reply;
    }
    co_return co_await refuse_without_room(session, services,
                                           messages_of(*session.login, *allowance), sender);
}

Task<std::optional<smtp::Reply>> refuse_recipient(const Session& session,
                                                  const Services& services) {
    const auto allowance = allowance_of(session, services.settings);
    if (!allowance) co_return std::nullopt;
    const auto& envelope = session.transaction->envelope;
    const std::uint64_t count = envelope.recipients.size() + 1;
    const auto sender = envelope.sender.text();
    if (count > allowance->message_recipients) {
        auto reply = replies::too_many_recipients(policy::who(*session.login),
                                                  allowance->message_recipients);
        record_rejection(session, services, "account_recipients", sender, reply);
        co_return reply;
    }
    co_return co_await refuse_without_room(
        session, services, recipients_of(*session.login, *allowance, count), sender);
}

Task<Result<Charges, smtp::Reply>> charge(const Session& session, const mail::Envelope& envelope,
                                          const Services& services) {
    Charges charges;
    const auto allowance = allowance_of(session, services.settings);
    if (!allowance) co_return charges;
    const std::array asks{messages_of(*session.login, *allowance),
                          recipients_of(*session.login, *allowance, envelope.recipients.size())};
    for (const auto& ask : asks) {
        const auto decision = co_await services.rates.take(ask);
        if (!decision) {
            record_uncounted(session, services, decision.error());
        } else if (decision->allowed) {
            charges.push_back({ask, decision->place});
        } else {
            co_await refund(charges, services);
            co_return fail(
                refused(session, services, ask, decision->retry_after, envelope.sender.text()));
        }
    }
    co_return charges;
}

// If the store cannot take it back, it counts: the strict side.
Task<void> refund(const Charges& charges, const Services& services) {
    for (const auto& one : charges) {
        co_await services.rates.give_back(one.ask, one.place);
    }
}

}  // namespace signet::submission

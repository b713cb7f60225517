#include "submission/charge.h"

#include "policy/words.h"
#include "submission/replies.h"
#include "submission/trail.h"

#include <algorithm>
#include <utility>

namespace signet::submission {
namespace {

using limits::Ask;
using Of = limits::Key::Of;

// Neither a name nor an id holds a NUL.
std::string credential_of(const identity::Login& login) {
    const auto& proven = login.proven();
    return proven.account + '\0' + proven.credential_id;
}

// 0 is no limit but the other one.
std::uint64_t narrower(std::uint64_t limit, std::uint64_t own) {
    return own == 0 ? limit : std::min(limit, own);
}

// What is counted of a login: the messages or the recipients of the account, and those of the
// credential where that has a rate of its own.
std::vector<Ask> messages_of(const identity::Login& login, const limits::Allowance& allowance) {
    const auto of = login.is_network() ? Of::network_messages : Of::account_messages;
    std::vector<Ask> asks{{.key = {of, login.account}, .rate = allowance.messages}};
    if (const auto& own = login.proven().credential_limits.messages) {
        asks.push_back({.key = {Of::credential_messages, credential_of(login)}, .rate = *own});
    }
    return asks;
}

std::vector<Ask> recipients_of(const identity::Login& login, const limits::Allowance& allowance,
                               std::uint64_t count) {
    const auto of = login.is_network() ? Of::network_recipients : Of::account_recipients;
    std::vector<Ask> asks{
        {.key = {of, login.account}, .rate = allowance.recipients, .count = count}};
    if (const auto& own = login.proven().credential_limits.recipients) {
        asks.push_back({.key = {Of::credential_recipients, credential_of(login)},
                        .rate = *own,
                        .count = count});
    }
    return asks;
}

bool counts_messages(const Ask& ask) {
    return ask.key.of == Of::account_messages || ask.key.of == Of::network_messages ||
           ask.key.of == Of::credential_messages;
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
                                                     const Services& services,
                                                     std::vector<Ask> asks, std::string sender) {
    for (const auto& ask : asks) {
        const auto decision = co_await services.rates.room(ask);
        if (!decision || decision->allowed) continue;
        co_return refused(session, services, ask, decision->retry_after, sender);
    }
    co_return std::nullopt;
}

}  // namespace

std::optional<limits::Allowance> allowance_of(const Session& session,
                                              const settings::Snapshot& settings) {
    if (!session.login) return {};
    auto allowance = limits::allowance_of(session.login->limits, settings);
    const auto& own = session.login->proven().credential_limits;
    allowance.message_recipients =
        narrower(allowance.message_recipients, own.message_recipients.value_or(0));
    allowance.message_size = narrower(allowance.message_size, own.message_size.value_or(0));
    return allowance;
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
    auto asks = messages_of(*session.login, *allowance);
    for (auto& ask : recipients_of(*session.login, *allowance, envelope.recipients.size())) {
        asks.push_back(std::move(ask));
    }
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

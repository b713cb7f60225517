#include "app/password_reminder.h"

#include "net/timer.h"

#include <utility>

namespace signet::app {
namespace {

constexpr std::chrono::seconds kLook{5};  // between two looks at whether the settings are new
constexpr std::chrono::hours kEach{1};    // between two looks at the accounts

}  // namespace

Task<void> PasswordReminder::run() {
    settings::SnapshotPtr seen;
    auto next = ground_.clock.steady();
    while (co_await net::sleep_for(kLook)) {
        const auto now = settings_();
        if (now == seen && ground_.clock.steady() < next) continue;
        seen = now;
        next = ground_.clock.steady() + kEach;
        if (now->passwords.age.most > std::chrono::seconds{0}) co_await look(*now);
    }
}

Task<void> PasswordReminder::look(const settings::Snapshot& settings) {
    const auto accounts = co_await keeper_.accounts().list();
    if (!accounts) {
        ground_.log.write(observe::Level::error, "nobody can be told that a password gets old",
                          {{"fault", std::string{name(accounts.error())}}});
        co_return;
    }
    for (const auto& account : *accounts) {
        if (!account.enabled) continue;
        for (const auto& credential : account.credentials) {
            if (credential.kind != identity::CredentialKind::password) continue;
            if (!credential.stands(ground_.clock.wall())) continue;
            co_await remind({account, credential, credential.created + settings.passwords.age.most},
                            settings);
        }
    }
}

// Kept when it is on its way: a warning that comes twice is better than one that never comes.
Task<void> PasswordReminder::remind(AgingPassword password, const settings::Snapshot& settings) {
    const auto now = ground_.clock.wall();
    const auto& age = settings.passwords.age;
    if (!due_warning(password, age, {}, now)) co_return;
    auto& warnings = keeper_.password_warnings();
    const auto& made = password.credential.created;
    const auto last = co_await warnings.warned(password.account.name, password.credential.id, made);
    if (!last) co_return;  // the store has said so in the log; the next look will do
    const auto due = due_warning(password, age, *last, now);
    if (!due) co_return;
    auto letter = password_warning(password, settings, ground_.ids.next(), now);
    auto event = event_of(password);
    if (!letter) {
        event.outcome = audit::Outcome::failure;
        event.reason = "no_address";
        event.detail = "the account has no address that a warning could go to";
        keeper_.audit().record(std::move(event));
    } else {
        event.detail = std::to_string(due->count()) + " days before it ends";
        const auto sent = co_await send(std::move(*letter), std::move(event));
        if (!sent) {
            ground_.log.write(
                observe::Level::error, "a warning about a password cannot be queued",
                {{"account", password.account.name}, {"fault", std::string{name(sent.error())}}});
            co_return;
        }
    }
    co_await warnings.keep_warned(password.account.name, password.credential.id, made, *due);
}

// The event and the letter are there in one commit, or neither is.
Task<Result<void, StoreFault>> PasswordReminder::send(queue::Report letter, audit::Event event) {
    auto draft = co_await keeper_.queue().begin();
    if (!draft) co_return fail(draft.error());
    if (auto kept = co_await (*draft)->append(letter.content); !kept) co_return kept;
    auto& message = event.message.emplace();
    message.queue_id = (*draft)->id();
    message.message_id = letter.info.message_id;
    message.size = letter.content.size();
    for (const auto& recipient : letter.info.envelope.recipients) {
        message.recipients.push_back(recipient.mailbox.text());
    }
    const auto accepted = co_await (*draft)->commit(std::move(letter.info), std::move(event));
    if (!accepted) co_return fail(accepted.error());
    co_return Result<void, StoreFault>{};
}

audit::Event PasswordReminder::event_of(const AgingPassword& password) {
    audit::Event event;
    event.time = ground_.clock.wall();
    event.id = ground_.ids.next();
    event.event = "password.warned";
    event.service = "server";
    event.account_name = password.account.name;
    event.credential_kind = name(password.credential.kind);
    event.credential_id = password.credential.id;
    event.target = audit::Target{"account", password.account.name, password.account.name};
    return event;
}

}  // namespace signet::app

#include "dsn/told.h"

#include "base/text.h"
#include "mail/header.h"

#include <map>
#include <optional>
#include <utility>

namespace signet::dsn {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using queue::HandedTo;

constexpr std::size_t kReplyOctets = 1'024;
constexpr std::size_t kWordOctets = 200;  // a longer one is broken

// RFC 3461 §4.1: nothing asked is as if FAILURE.
bool wants_failure(const mail::Notify& notify) { return !notify.asked || notify.failure; }
// §4.1: nothing asked may be taken as if DELAY, too (decision 0141).
bool wants_delay(const mail::Notify& notify) { return !notify.asked || notify.delay; }

// The reply is the other server's text.  RFC 3464 §2.3.6 asks for ASCII, and nothing in it may end
// our line.
std::string clean(std::string_view reply) {
    std::string text;
    std::size_t word = 0;
    for (const char c : reply.substr(0, kReplyOctets)) {
        const bool printable = c > ' ' && c <= '~';
        if (word == kWordOctets) text += ' ', word = 0;
        word = printable ? word + 1 : 0;
        text += printable ? c : ' ';
    }
    return std::string{trim(text)};
}

// RFC 3461 §5.2: a server that takes its parameters reports from there on.
std::optional<Action> action_of_success(HandedTo handed_to) {
    switch (handed_to) {
    case HandedTo::mailbox: return Action::delivered;
    case HandedTo::hop_with_dsn: return std::nullopt;
    case HandedTo::hop_without_dsn: return Action::relayed;
    }
    std::unreachable();
}

std::optional<Action> action_of(const queue::Entry& entry, const queue::RecipientOutcome& outcome) {
    const auto& notify = entry.info.envelope.recipients[outcome.recipient].notify;
    const bool proven = entry.info.origin() == queue::Origin::login;
    switch (outcome.kind) {
    case Kind::failed: return wants_failure(notify) ? std::optional{Action::failed} : std::nullopt;
    case Kind::deferred:
        return outcome.delay_notified ? std::optional{Action::delayed} : std::nullopt;
    case Kind::delivered:
        return notify.success && proven ? action_of_success(outcome.handed_to) : std::nullopt;
    }
    std::unreachable();
}

}  // namespace

std::string_view name(Action action) {
    switch (action) {
    case Action::failed: return "failed";
    case Action::delayed: return "delayed";
    case Action::relayed: return "relayed";
    case Action::delivered: return "delivered";
    case Action::expanded: return "expanded";
    }
    std::unreachable();
}

std::vector<Told> told(const queue::Entry& entry,
                       std::span<const queue::RecipientOutcome> outcomes) {
    if (entry.info.envelope.sender.is_null()) return {};
    std::map<std::size_t, const queue::RecipientOutcome*> last;
    for (const auto& outcome : outcomes) {
        const bool known = outcome.recipient < entry.info.envelope.recipients.size();
        if (known) last[outcome.recipient] = &outcome;
    }
    std::vector<Told> all;
    for (const auto& [index, outcome] : last) {
        const auto action = action_of(entry, *outcome);
        if (!action) continue;
        all.push_back({&entry.info.envelope.recipients[index], *action, clean(outcome->reply),
                       clean(outcome->remote_mta)});
    }
    return all;
}

std::vector<Told> told_of_expansion(const queue::MessageInfo& info,
                                    std::span<const mail::Recipient> aliases) {
    std::vector<Told> all;
    if (info.envelope.sender.is_null() || info.origin() != queue::Origin::login) return all;
    for (const auto& alias : aliases) {
        if (alias.notify.success) all.push_back({.recipient = &alias, .action = Action::expanded});
    }
    return all;
}

void mark_delays(const queue::Entry& entry, std::span<queue::RecipientOutcome> outcomes,
                 std::chrono::seconds delay_notice, WallTime now) {
    const bool ever = delay_notice > std::chrono::seconds{0} &&
                      entry.info.origin() == queue::Origin::login &&
                      !entry.info.envelope.sender.is_null();
    if (!ever || now - entry.info.accepted < delay_notice) return;
    for (auto& outcome : outcomes) {
        const auto index = outcome.recipient;
        outcome.delay_notified = outcome.kind == Kind::deferred &&
                                 !entry.recipients[index].delay_notified &&
                                 wants_delay(entry.info.envelope.recipients[index].notify);
    }
}

bool is_automatic(std::string_view header) {
    const auto begins = [&](std::string_view field, std::string_view with) {
        const auto found = mail::Header{header}.find(field);
        return found && equal_nocase(found->value().substr(0, with.size()), with);
    };
    // "auto-generated" is what a program sends of its own accord; who wrote the program wants to
    // hear that it failed.
    return begins("Auto-Submitted", "auto-replied") || begins("Content-Type", "multipart/report");
}

}  // namespace signet::dsn

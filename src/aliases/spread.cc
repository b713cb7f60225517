#include "aliases/spread.h"

#include <map>
#include <utility>

namespace signet::aliases {
namespace {

// RFC 3461 §4.1: nothing asked is as if FAILURE, and DELAY as the server likes.
mail::Notify spelled_out(const mail::Notify& notify) {
    if (notify.asked) return notify;
    return {.asked = true, .success = false, .failure = true, .delay = true};
}

// Who is reached in two ways is reported about as both ways ask.
mail::Notify both(const mail::Notify& one, const mail::Notify& other) {
    if (one == other) return one;
    const auto a = spelled_out(one), b = spelled_out(other);
    return {.asked = true,
            .success = a.success || b.success,
            .failure = a.failure || b.failure,
            .delay = a.delay || b.delay};
}

// RFC 3461 §4.2, RFC 6533 §3: the type says whether it may hold UTF-8.
std::string original_of(const mail::Mailbox& mailbox) {
    const auto text = mailbox.text();
    auto original = (mail::is_ascii(text) ? "rfc822;" : "utf-8;") + text;
    return original.size() <= mail::kOriginalOctets ? original : std::string{};
}

class Spreading {
public:
    // Whom the sender named stays, in the case of letters that it wrote: elsewhere that may make
    // two people of one name (RFC 5321 §2.4).
    void add_named(mail::Recipient recipient) {
        places_.emplace(recipient.mailbox.folded(), spread_.recipients.size());
        spread_.recipients.push_back(std::move(recipient));
    }
    void add_targets(mail::Recipient alias, const Mailboxes& targets) {
        auto notify = alias.notify;
        if (targets.size() > 1 && std::exchange(notify.success, false)) {
            spread_.expanded.push_back(alias);
        }
        auto original = alias.original.empty() ? original_of(alias.mailbox) : alias.original;
        for (const auto& target : targets) add_target({target, notify, original});
        spread_.steps.push_back({std::move(alias.mailbox), targets});
    }
    Spread take() { return std::move(spread_); }

private:
    void add_target(mail::Recipient recipient) {
        const auto [at, fresh] =
            places_.emplace(recipient.mailbox.folded(), spread_.recipients.size());
        if (fresh) {
            spread_.recipients.push_back(std::move(recipient));
            return;
        }
        auto& notify = spread_.recipients[at->second].notify;
        notify = both(notify, recipient.notify);
    }

    Spread spread_;
    std::map<mail::Mailbox, std::size_t> places_;  // folded, to the place in recipients
};

}  // namespace

// Those first whom the sender named: what it said of them is about them alone.
Spread spread(std::vector<mail::Recipient> given, const std::vector<Mailboxes>& targets) {
    const auto is_alias = [&](std::size_t i) { return i < targets.size() && !targets[i].empty(); };
    Spreading spreading;
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (!is_alias(i)) spreading.add_named(std::move(given[i]));
    }
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (is_alias(i)) spreading.add_targets(std::move(given[i]), targets[i]);
    }
    return spreading.take();
}

}  // namespace signet::aliases

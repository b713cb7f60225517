#include "identity/expand.h"

#include "aliases/spread.h"

#include <utility>

namespace signet::identity {
namespace {

// "ann: ann" is Ann, in whatever case of letters she was written to.
bool is_itself(const aliases::Mailboxes& targets, const mail::Mailbox& recipient) {
    return targets.size() == 1 && targets.front().folded() == recipient.folded();
}

}  // namespace

Task<Result<aliases::Mailboxes, Unexpanded>> expand(const aliases::Table& table,
                                                    mail::Mailbox recipient,
                                                    RecipientDirectory& accounts) {
    aliases::Expansion expansion{table, recipient};
    for (;;) {
        auto step = expansion.next();
        if (const auto* question = std::get_if<aliases::Question>(&step)) {
            const auto known = co_await accounts.knows(question->mailbox);
            if (!known) co_return fail(Unexpanded{known.error()});
            expansion.answer(*known);
        } else if (const auto* trouble = std::get_if<aliases::Trouble>(&step)) {
            co_return fail(Unexpanded{*trouble});
        } else {
            auto& targets = std::get<aliases::Mailboxes>(step);
            if (is_itself(targets, recipient)) co_return aliases::Mailboxes{std::move(recipient)};
            co_return std::move(targets);
        }
    }
}

Task<std::vector<mail::Recipient>> expand_or_keep(const aliases::Table& table,
                                                  mail::Recipient recipient,
                                                  RecipientDirectory& accounts) {
    std::vector<mail::Recipient> recipients{std::move(recipient)};
    const auto& mailbox = recipients.front().mailbox;
    if (!table.find(mailbox)) co_return recipients;
    auto targets = co_await expand(table, mailbox, accounts);
    if (!targets || *targets == aliases::Mailboxes{mailbox}) co_return recipients;
    co_return aliases::spread(std::move(recipients), {std::move(*targets)}).recipients;
}

}  // namespace signet::identity

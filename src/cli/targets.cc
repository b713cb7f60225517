#include "cli/targets.h"

#include "cli/account_facts.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace signet::cli {
namespace {

// Asked for once, and only where it makes a difference.
class Accounts {
public:
    explicit Accounts(const settings::Snapshot& settings) : settings_(settings) {}

    bool have(const mail::Mailbox& mailbox) {
        if (!facts_) facts_ = account_facts(settings_).value_or(Facts{});
        const auto wanted = mailbox.folded();
        return std::ranges::any_of(*facts_, [&](const settings::AccountFact& account) {
            return std::ranges::any_of(account.send_as, [&](const std::string& address) {
                const auto one = mail::parse_mailbox(address);
                return one && one->folded() == wanted;
            });
        });
    }

private:
    using Facts = std::vector<settings::AccountFact>;
    const settings::Snapshot& settings_;
    std::optional<Facts> facts_;
};

}  // namespace

Result<aliases::Mailboxes, aliases::Trouble> targets_of(const mail::Mailbox& recipient,
                                                        const settings::Snapshot& settings) {
    Accounts accounts{settings};
    aliases::Expansion expansion{*settings.aliases.table, recipient};
    for (;;) {
        auto step = expansion.next();
        if (const auto* question = std::get_if<aliases::Question>(&step)) {
            expansion.answer(accounts.have(question->mailbox));
        } else if (const auto* trouble = std::get_if<aliases::Trouble>(&step)) {
            return fail(*trouble);
        } else {
            return std::get<aliases::Mailboxes>(std::move(step));
        }
    }
}

}  // namespace signet::cli

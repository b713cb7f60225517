// Which mailboxes a transaction has already: the same one twice gets the message once (RFC 5321
// §4.5.3.1.10 allows dropping one), and ten thousand different ones cost ten thousand look-ups, not
// fifty million comparisons.
#pragma once

#include "mail/envelope.h"

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace signet::submission {

class RecipientIndex {
public:
    // true: the mailbox is new, and the caller appends it to `recipients`.
    // REQUIRES: `recipients` are those for which it said so, in their order.
    bool add(const std::vector<mail::Recipient>& recipients, const mail::Mailbox& mailbox) {
        if (has(recipients, mailbox)) return false;
        by_hash_.emplace(hash(mailbox), recipients.size());
        return true;
    }
    bool has(const std::vector<mail::Recipient>& recipients, const mail::Mailbox& mailbox) const {
        const auto [first, last] = by_hash_.equal_range(hash(mailbox));
        return std::any_of(first, last, [&](const auto& entry) {
            return recipients[entry.second].mailbox == mailbox;
        });
    }

private:
    static std::size_t hash(const mail::Mailbox& mailbox) {
        const std::hash<std::string> of;
        return of(mailbox.local_part) * 31 + of(mailbox.domain);
    }
    std::unordered_multimap<std::size_t, std::size_t> by_hash_;  // to the place in `recipients`
};

}  // namespace signet::submission

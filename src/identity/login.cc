#include "identity/login.h"

#include "mail/domain_pattern.h"

#include <algorithm>

namespace signet::identity {

bool SendAs::covers(const mail::Mailbox& mailbox) const {
    if (mailbox.domain != domain) return false;
    return local_part.empty() || mailbox.folded().local_part == local_part;
}

std::string SendAs::text() const {
    return local_part.empty() ? "*@" + domain : mail::Mailbox{local_part, domain}.text();
}

std::optional<SendAs> parse_send_as(std::string_view text) {
    const auto mailbox = mail::parse_mailbox(text);
    if (!mailbox) return {};
    auto folded = mailbox->folded();
    if (folded.local_part != "*") {
        return SendAs{std::move(folded.local_part), std::move(folded.domain)};
    }
    // "*" in quotes is a mailbox of that name, which nobody means and text() could not write.
    if (text.front() == '"') return {};
    return SendAs{{}, std::move(folded.domain)};
}

bool Login::may_send_as(const mail::Mailbox& mailbox) const {
    return std::ranges::any_of(send_as, [&](const SendAs& one) { return one.covers(mailbox); });
}

bool Login::may_send_to(const mail::Mailbox& mailbox) const {
    if (actor && !actor->may_send_to(mailbox)) return false;
    return recipient_domains.empty() ||
           std::ranges::any_of(recipient_domains, [&](const std::string& pattern) {
               return mail::domain_fits(pattern, mailbox.domain);
           });
}

}  // namespace signet::identity

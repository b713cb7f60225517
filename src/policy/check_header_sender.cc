// Sender, and who sends a message again, must be the login.
//
// RFC 5322 §3.6.2: Sender is the mailbox "responsible for the actual transmission".  The first
// Resent-From and Resent-Sender say the same of a message that is sent again (§3.6.6).  They open
// no way around From: the author of a message that is passed on is still somebody else, and readers
// see the author.
#include "policy/owned_field.h"

namespace signet::policy {

Opinion judge_header_sender(const Facts& facts) {
    if (!facts.login || !facts.header || !facts.owned_header) return Pass{};
    const auto& header = *facts.header;
    if (header.sender.fields > 1) {
        return Reject{550, "5.6.0", "A message has one Sender field, not several"};
    }
    const std::pair<std::string_view, const AddressField&> fields[] = {
        {"Sender", header.sender},
        {"Resent-From", header.resent_from},
        {"Resent-Sender", header.resent_sender}};
    for (const auto& [name, field] : fields) {
        auto decision = judge_owned_field(facts, name, field);
        if (!std::holds_alternative<Pass>(decision)) return decision;
    }
    return Pass{};
}

}  // namespace signet::policy

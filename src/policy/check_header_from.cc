// From, which is what people see, must name nobody but the login.
//
// RFC 6409 §6.1 speaks of MAIL FROM alone, and §8.1 of a Sender field that tells the truth beside a
// From that need not.  Readers see neither: what an account may show as From decides whether it can
// write in another's name (VU#244112, CVE-2024-7208, CVE-2024-7209).
#include "policy/owned_field.h"

namespace signet::policy {

Opinion judge_header_from(const Facts& facts) {
    if (!facts.login || !facts.header || !facts.owned_header) return Pass{};
    const auto& from = facts.header->from;
    // RFC 5322 §3.6: exactly one.  Programs differ in which of several they show.
    if (from.fields > 1) return Reject{550, "5.6.0", "A message has one From field, not several"};
    // A From that is missing is put in from the reverse-path (mail/fixups.h); "<>" says nobody.
    if (from.fields == 0 && facts.sender.is_null()) {
        return Reject{550, "5.6.0", "The message has no From field"};
    }
    return judge_owned_field(facts, "From", from);
}

}  // namespace signet::policy

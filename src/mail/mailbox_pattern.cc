#include "mail/mailbox_pattern.h"

#include "base/text.h"

namespace signet::mail {

bool mailbox_fits(std::string_view pattern, const Mailbox& mailbox) {
    const auto at = pattern.rfind('@');
    if (at == std::string_view::npos) return false;
    if (!equal_nocase(pattern.substr(at + 1), mailbox.domain)) return false;
    const auto local_part = pattern.substr(0, at);
    return local_part == "*" || mailbox.folded().local_part == local_part;
}

}  // namespace signet::mail

#include "mail/domain_pattern.h"

#include "base/text.h"

namespace signet::mail {

bool domain_fits(std::string_view pattern, std::string_view domain) {
    if (pattern == "*") return true;
    if (!pattern.starts_with("*.")) return equal_nocase(pattern, domain);
    const auto parent = pattern.substr(1);  // ".example.com"
    return domain.size() > parent.size() &&
           equal_nocase(domain.substr(domain.size() - parent.size()), parent);
}

}  // namespace signet::mail

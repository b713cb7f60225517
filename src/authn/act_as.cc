#include "authn/act_as.h"

#include "base/wildcard.h"

#include <algorithm>

namespace signet::authn {
namespace {

bool fits(const std::vector<std::string>& patterns, std::string_view name) {
    return std::ranges::any_of(
        patterns, [&](const std::string& pattern) { return wildcard_fits(pattern, name); });
}

}  // namespace

bool may_act_as(std::span<const settings::ActAsSettings> rules, const identity::Login& who,
                std::string_view account) {
    return std::ranges::any_of(rules, [&](const settings::ActAsSettings& rule) {
        const bool his = fits(rule.accounts, who.account) ||
                         std::ranges::any_of(rule.groups, [&](const std::string& group) {
                             return std::ranges::count(who.groups, group) != 0;
                         });
        return his && fits(rule.as, account);
    });
}

}  // namespace signet::authn

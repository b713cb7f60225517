#include "submission/sign_in_rules.h"

#include "base/ip.h"
#include "base/wildcard.h"
#include "settings/mechanisms.h"

#include <algorithm>

namespace signet::submission {
namespace {

using settings::SignInSettings;

bool fits_place(const SignInSettings& rule, const Arrival& arrival) {
    if (!rule.listeners.empty() && std::ranges::count(rule.listeners, arrival.listener) == 0) {
        return false;
    }
    if (rule.from.empty()) return true;
    const auto ip = parse_ip(arrival.ip);
    return ip && std::ranges::any_of(
                     rule.from, [&](const IpNetwork& network) { return network.contains(*ip); });
}

bool fits_person(const SignInSettings& rule, const identity::Login& login) {
    const bool account =
        rule.accounts.empty() || std::ranges::any_of(rule.accounts, [&](const auto& pattern) {
            return wildcard_fits(pattern, login.account);
        });
    const bool group =
        rule.groups.empty() || std::ranges::any_of(rule.groups, [&](const auto& one) {
            return std::ranges::count(login.groups, one) != 0;
        });
    return account && group;
}

void add(std::vector<std::string>& names, const std::vector<std::string>& more) {
    for (const auto& name : more) {
        if (!settings::is_named(name, names)) names.push_back(name);
    }
}

}  // namespace

std::vector<std::string> mechanisms_at(const Arrival& arrival, const settings::Snapshot& settings) {
    std::vector<std::string> names;
    for (const auto& rule : settings.sign_in) {
        if (!fits_place(rule, arrival)) continue;
        add(names, rule.mechanisms);
        if (rule.for_everybody()) return names;
    }
    add(names, settings.auth.mechanisms);
    return names;
}

bool may_sign_in(const Arrival& arrival, const identity::Login& login, std::string_view mechanism,
                 const settings::Snapshot& settings) {
    const auto& rules = settings.sign_in;
    const auto rule = std::ranges::find_if(rules, [&](const SignInSettings& one) {
        return fits_place(one, arrival) && fits_person(one, login);
    });
    return settings::is_named(mechanism,
                              rule == rules.end() ? settings.auth.mechanisms : rule->mechanisms);
}

}  // namespace signet::submission

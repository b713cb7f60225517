#include "identity/staff.h"

#include "base/text.h"
#include "base/wildcard.h"
#include "identity/staff_scim.h"
#include "mail/domain_pattern.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signet::identity {
namespace {

constexpr std::size_t kLongestLine = 4'096;

// The first column: quoted (RFC 4180 §2) or up to a comma, semicolon or tab.
std::optional<std::string> first_column(std::string_view line) {
    if (!line.starts_with('"'))
        return std::string{trim(line.substr(0, line.find_first_of(",;\t")))};
    std::string text;
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i] != '"') {
            text += line[i];
        } else if (i + 1 < line.size() && line[i + 1] == '"') {
            text += line[++i];
        } else {
            return std::string{trim(text)};
        }
    }
    return {};  // it never ends
}

bool is_heading(const std::string& text) {
    constexpr std::array<std::string_view, 12> kColumns{
        "account", "accounts", "address",  "email", "e-mail",    "login",
        "mail",    "name",     "username", "user",  "user name", "userprincipalname"};
    return std::ranges::find(kColumns, lower(text)) != kColumns.end();
}

std::string first_address(const Account& account) {
    const auto found = std::ranges::find_if(
        account.send_as, [](const auto& one) { return !one.local_part.empty(); });
    return found == account.send_as.end() ? std::string{} : found->text();
}

bool is_compared(const Account& account, const ReconcileRules& rules) {
    if (!account.enabled) return false;
    const auto excepted = [&](const auto& pattern) {
        return wildcard_fits(lower(pattern), account.name);
    };
    if (std::ranges::any_of(rules.except, excepted)) return false;
    if (rules.domains.empty()) return true;
    const auto at = account.name.rfind('@');
    if (at == std::string::npos) return false;
    const std::string_view domain = std::string_view{account.name}.substr(at + 1);
    return std::ranges::any_of(
        rules.domains, [&](const auto& pattern) { return mail::domain_fits(pattern, domain); });
}

std::string refusal_of(const ReconcilePlan& plan, unsigned at_most) {
    if (plan.people == 0) return "the list names nobody, which is not believed";
    if (plan.leavers.size() * 100 <= plan.compared * at_most) return {};
    return std::to_string(plan.leavers.size()) + " of " + std::to_string(plan.compared) +
           " accounts would be disabled, and at most " + std::to_string(at_most) +
           " percent may be at once";
}

}  // namespace

Result<Staff, std::string> parse_staff(std::string_view text) {
    if (text.size() > kMostStaffOctets) return fail(std::string{"the list is larger than 64 MiB"});
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // as spreadsheets write them
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin != text.npos && (text[begin] == '{' || text[begin] == '[')) {
        return parse_scim_users(text);
    }
    Staff staff;
    std::size_t number = 0;
    bool first = true;
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = trim(text.substr(0, end), " \t\r");
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        if (line.empty() || line.starts_with('#')) continue;
        const auto wrong = [&] {
            return fail("line " + std::to_string(number) +
                        " of the list begins with no name of an account and no address");
        };
        const auto column = line.size() > kLongestLine ? std::nullopt : first_column(line);
        if (!column) return wrong();
        if (std::exchange(first, false) && is_heading(*column)) continue;
        auto name = fold_account_name(*column);
        if (!name) return wrong();
        staff.insert(std::move(*name));
        if (staff.size() > kMostStaff) return fail(std::string{"the list names over 1,000,000"});
    }
    return staff;
}

ReconcilePlan plan_reconcile(const std::vector<Account>& accounts, const Staff& staff,
                             const ReconcileRules& rules) {
    ReconcilePlan plan{.people = staff.size(), .compared = 0, .leavers = {}};
    for (const auto& account : accounts) {
        if (!is_compared(account, rules)) continue;
        ++plan.compared;
        const auto address = first_address(account);
        if (staff.contains(account.name) || (!address.empty() && staff.contains(address))) continue;
        const bool other = !address.empty() && address != account.name;
        plan.leavers.push_back(
            {account.name, other ? "the list names neither " + account.name + " nor " + address
                                 : "the list does not name " + account.name});
    }
    plan.refusal = refusal_of(plan, rules.at_most);
    return plan;
}

}  // namespace signet::identity

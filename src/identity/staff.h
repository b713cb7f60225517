// Who is still there, as somebody else says it, and which of our accounts that leaves without
// anybody behind them.  Pure.
//
// To disable an account by error keeps one person from sending; to disable all of them by error is
// an outage.  A list that has lost its people looks just like one of a company that has: so there
// is a share that may not be exceeded, and an empty list is never believed.
#pragma once

#include "base/result.h"
#include "identity/account.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace signet::identity {

// Names of accounts and addresses, folded: either stands for the person.
using Staff = std::set<std::string, std::less<>>;

inline constexpr std::size_t kMostStaff = 1'000'000;
inline constexpr std::size_t kMostStaffOctets = 64u << 20;  // of a list

// One name or address a line; or CSV, of which the first column has them.  A first line whose
// column has the name of a column ("mail", "account", "user …") is a heading; empty lines and those
// that begin with # say nothing.  What begins with { or [ is a list by SCIM (staff_scim.h).  The
// fault is a sentence: a list that cannot be read whole is
// none.
Result<Staff, std::string> parse_staff(std::string_view text);

struct ReconcileRules {
    unsigned at_most = 10;                  // percent
    std::vector<std::string> domains = {};  // patterns; empty: every account is compared
    std::vector<std::string> except = {};   // patterns of account names
};

struct Leaver {
    std::string account;
    std::string why;  // a sentence without a full stop
};

struct ReconcilePlan {
    std::size_t people = 0, compared = 0;
    std::vector<Leaver> leavers = {};
    // Why none of them may be disabled; empty: they may.
    std::string refusal = {};
};

// An account is compared if it is enabled and the rules do not except it.  Somebody stands behind
// it if its name, or the first address that it may send as, is on the list.
ReconcilePlan plan_reconcile(const std::vector<Account>& accounts, const Staff& staff,
                             const ReconcileRules& rules);

}  // namespace signet::identity
